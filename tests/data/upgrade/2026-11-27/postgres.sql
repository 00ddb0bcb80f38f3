SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;
SET default_tablespace = '';
SET default_table_access_method = heap;
CREATE TABLE public.__diesel_schema_migrations (
    version character varying(50) NOT NULL,
    run_on timestamp without time zone DEFAULT CURRENT_TIMESTAMP NOT NULL
);
CREATE TABLE public.attempts (
    attempt_key text NOT NULL,
    counted bigint NOT NULL,
    first_at timestamp without time zone NOT NULL,
    last_at timestamp without time zone NOT NULL,
    CONSTRAINT attempts_counted_check CHECK ((counted >= 0))
);
CREATE TABLE public.audit_events (
    audit_event_id bigint NOT NULL,
    occurred_at timestamp without time zone NOT NULL,
    action text NOT NULL,
    user_id bigint,
    login_id text,
    ip text,
    address_hash text,
    session_id text,
    subject_id bigint
);
ALTER TABLE public.audit_events ALTER COLUMN audit_event_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.audit_events_audit_event_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.participants (
    session_id text NOT NULL,
    user_id bigint NOT NULL,
    role text NOT NULL,
    listed boolean NOT NULL,
    anonymous boolean NOT NULL,
    session_created_at timestamp without time zone NOT NULL,
    CONSTRAINT participants_counted_check CHECK ((listed OR anonymous)),
    CONSTRAINT participants_listed_check CHECK ((listed OR (role = 'participant'::text))),
    CONSTRAINT participants_role_check CHECK ((role = ANY (ARRAY['super_host'::text, 'sub_host'::text, 'participant'::text])))
);
ALTER TABLE ONLY public.participants ALTER COLUMN session_id SET (n_distinct=-0.001);
CREATE TABLE public.password_schemes (
    scheme text NOT NULL,
    accounts bigint NOT NULL,
    CONSTRAINT password_schemes_accounts_check CHECK ((accounts > 0))
);
CREATE TABLE public.posts (
    post_id bigint NOT NULL,
    author_id bigint,
    title text NOT NULL,
    content text NOT NULL,
    created_at timestamp without time zone NOT NULL,
    updated_at timestamp without time zone NOT NULL
);
ALTER TABLE public.posts ALTER COLUMN post_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.posts_post_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.question_likes (
    question_id bigint NOT NULL,
    user_id bigint NOT NULL
);
CREATE TABLE public.questions (
    question_id bigint NOT NULL,
    session_id text NOT NULL,
    author_id bigint,
    anonymous boolean NOT NULL,
    body text NOT NULL,
    pinned boolean NOT NULL,
    closed boolean NOT NULL,
    likes_count bigint NOT NULL,
    replies_count bigint NOT NULL,
    created_at timestamp without time zone NOT NULL,
    updated_at timestamp without time zone NOT NULL,
    CONSTRAINT questions_author_check CHECK (((author_id IS NOT NULL) OR anonymous)),
    CONSTRAINT questions_counts_check CHECK (((likes_count >= 0) AND (replies_count >= 0)))
);
ALTER TABLE ONLY public.questions ALTER COLUMN session_id SET (n_distinct=-0.001);
ALTER TABLE public.questions ALTER COLUMN question_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.questions_question_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.refresh_tokens (
    login_id text NOT NULL,
    user_id bigint,
    generation bigint NOT NULL,
    previous bigint,
    rotated_at timestamp without time zone NOT NULL,
    created_at timestamp without time zone NOT NULL,
    idle_expires_at timestamp without time zone NOT NULL,
    expires_at timestamp without time zone NOT NULL,
    ended_at timestamp without time zone,
    user_agent text,
    ip text,
    brief boolean DEFAULT false NOT NULL,
    CONSTRAINT refresh_tokens_generation_check CHECK ((((generation >= 0) AND (generation <= '4294967295'::bigint)) AND ((previous IS NULL) OR (previous < generation)))),
    CONSTRAINT refresh_tokens_user_id_check CHECK (((user_id IS NOT NULL) OR (ended_at IS NOT NULL)))
);
CREATE TABLE public.replies (
    reply_id bigint NOT NULL,
    question_id bigint NOT NULL,
    author_id bigint,
    anonymous boolean NOT NULL,
    body text,
    pinned boolean NOT NULL,
    likes_count bigint NOT NULL,
    created_at timestamp without time zone NOT NULL,
    updated_at timestamp without time zone NOT NULL,
    CONSTRAINT replies_author_check CHECK (((author_id IS NOT NULL) OR anonymous)),
    CONSTRAINT replies_deleted_check CHECK (((body IS NOT NULL) OR ((author_id IS NULL) AND (NOT pinned) AND (likes_count = 0)))),
    CONSTRAINT replies_likes_count_check CHECK ((likes_count >= 0))
);
ALTER TABLE public.replies ALTER COLUMN reply_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.replies_reply_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.reply_likes (
    reply_id bigint NOT NULL,
    user_id bigint NOT NULL
);
CREATE TABLE public.secret_checks (
    secret_check_id bigint NOT NULL,
    check_value bytea NOT NULL,
    CONSTRAINT secret_checks_secret_check_id_check CHECK ((secret_check_id = 1))
);
CREATE TABLE public.sessions (
    session_id text NOT NULL,
    join_code text NOT NULL,
    title text NOT NULL,
    created_at timestamp without time zone NOT NULL,
    expires_at timestamp without time zone NOT NULL,
    ended_at timestamp without time zone,
    listed_count bigint NOT NULL,
    anonymous_count bigint NOT NULL,
    question_count bigint NOT NULL,
    CONSTRAINT sessions_counts_check CHECK (((listed_count >= 0) AND (anonymous_count >= 0) AND (question_count >= 0)))
);
CREATE TABLE public.signing_keys (
    key_id text NOT NULL,
    public_key bytea NOT NULL,
    encrypted_private_key bytea NOT NULL,
    created_at timestamp without time zone NOT NULL,
    signs_from timestamp without time zone DEFAULT '1970-01-01 00:00:00'::timestamp without time zone NOT NULL
);
CREATE TABLE public.users (
    user_id bigint NOT NULL,
    email text,
    email_folded text,
    nickname text,
    nickname_folded text,
    password_hash text,
    active boolean NOT NULL,
    created_at timestamp without time zone NOT NULL,
    admin boolean DEFAULT false NOT NULL,
    password_scheme text,
    contributed boolean DEFAULT false NOT NULL,
    CONSTRAINT users_kind_check CHECK ((((email IS NULL) = (email_folded IS NULL)) AND ((email IS NULL) = (nickname IS NULL)) AND ((email IS NULL) = (nickname_folded IS NULL)) AND ((email IS NULL) = (password_hash IS NULL)))),
    CONSTRAINT users_user_id_check CHECK (((user_id >= 1) AND (user_id <= '9007199254740991'::bigint)))
);
INSERT INTO public.__diesel_schema_migrations VALUES ('20261121000001', '2026-11-27 00:55:42.695243');
INSERT INTO public.__diesel_schema_migrations VALUES ('20261122000001', '2026-11-27 00:55:42.695243');
INSERT INTO public.__diesel_schema_migrations VALUES ('20261122000002', '2026-11-27 00:55:42.695243');
INSERT INTO public.__diesel_schema_migrations VALUES ('20261122000003', '2026-11-27 00:55:42.695243');
INSERT INTO public.__diesel_schema_migrations VALUES ('20261122000004', '2026-11-27 00:55:42.695243');
INSERT INTO public.__diesel_schema_migrations VALUES ('20261122000005', '2026-11-27 00:55:42.695243');
INSERT INTO public.__diesel_schema_migrations VALUES ('20261122000006', '2026-11-27 00:55:42.695243');
INSERT INTO public.attempts VALUES ('qMr-c615AVwQdbtXLtTucVu-lagcUJvtfqJai871l-0', 1, '2026-11-27 00:55:44.350261', '2026-11-27 00:55:44.350261');
INSERT INTO public.attempts VALUES ('fRGC6EBF60SjWQudbNURXzeua12W3piuTXcsQck8-Vw', 1, '2026-11-27 00:55:44.350261', '2026-11-27 00:55:44.350261');
INSERT INTO public.attempts VALUES ('Qqn10XT4bGaPdC5ueQbB7RXFpFRa0-62litATJCimGU', 1, '2026-11-27 00:55:44.368982', '2026-11-27 00:55:44.368982');
INSERT INTO public.attempts VALUES ('zjcV0iHg0dOZ-oIACQSrUaQ5kvWgLqNRd09yVowT9fc', 1, '2026-11-27 00:55:44.368982', '2026-11-27 00:55:44.368982');
INSERT INTO public.audit_events OVERRIDING SYSTEM VALUE VALUES (1, '2026-11-27 00:55:43.241506', 'registered', 351438220307497, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.audit_events OVERRIDING SYSTEM VALUE VALUES (2, '2026-11-27 00:55:43.368058', 'registered', 7609631655318064, NULL, '127.0.0.1', NULL, NULL, NULL);
INSERT INTO public.audit_events OVERRIDING SYSTEM VALUE VALUES (3, '2026-11-27 00:55:43.396701', 'signed_in', 7609631655318064, '9Sm2j_1DMIH7bFVHV_ZD9w', '127.0.0.1', NULL, NULL, NULL);
INSERT INTO public.audit_events OVERRIDING SYSTEM VALUE VALUES (4, '2026-11-27 00:55:43.4437', 'registered', 7034928048247556, NULL, '127.0.0.1', NULL, NULL, NULL);
INSERT INTO public.audit_events OVERRIDING SYSTEM VALUE VALUES (5, '2026-11-27 00:55:43.45439', 'signed_in', 7034928048247556, '_b_vo09dydxS3uZyrW_C3A', '127.0.0.1', NULL, NULL, NULL);
INSERT INTO public.audit_events OVERRIDING SYSTEM VALUE VALUES (6, '2026-11-27 00:55:43.462147', 'registered', 2376105465747913, NULL, '127.0.0.1', NULL, NULL, NULL);
INSERT INTO public.audit_events OVERRIDING SYSTEM VALUE VALUES (7, '2026-11-27 00:55:43.525927', 'signed_in', 2376105465747913, 'tUZukQi7JPdOS-b7eTckOw', '127.0.0.1', NULL, NULL, NULL);
INSERT INTO public.audit_events OVERRIDING SYSTEM VALUE VALUES (8, '2026-11-27 00:55:43.549412', 'registered', 1597530907865250, NULL, '127.0.0.1', NULL, NULL, NULL);
INSERT INTO public.audit_events OVERRIDING SYSTEM VALUE VALUES (9, '2026-11-27 00:55:43.562908', 'signed_in', 1597530907865250, 'ZrhPepv-t1obdp1StuKvBA', '127.0.0.1', NULL, NULL, NULL);
INSERT INTO public.audit_events OVERRIDING SYSTEM VALUE VALUES (10, '2026-11-27 00:55:43.945854', 'registered', 2633541494317206, NULL, '127.0.0.1', NULL, NULL, NULL);
INSERT INTO public.audit_events OVERRIDING SYSTEM VALUE VALUES (11, '2026-11-27 00:55:43.999146', 'signed_in', 2633541494317206, 'CmR4LKQ2RBxz-chd8HzeJg', '127.0.0.1', NULL, NULL, NULL);
INSERT INTO public.audit_events OVERRIDING SYSTEM VALUE VALUES (12, '2026-11-27 00:55:44.112134', 'registered', 3812709391639970, NULL, '127.0.0.1', NULL, NULL, NULL);
INSERT INTO public.audit_events OVERRIDING SYSTEM VALUE VALUES (13, '2026-11-27 00:55:44.112134', 'guest_claimed', 3812709391639970, NULL, '127.0.0.1', NULL, NULL, NULL);
INSERT INTO public.audit_events OVERRIDING SYSTEM VALUE VALUES (14, '2026-11-27 00:55:44.212242', 'signed_in', 3812709391639970, 'zQiCtvStAY1nG8PsRs4e0Q', '127.0.0.1', NULL, NULL, NULL);
INSERT INTO public.audit_events OVERRIDING SYSTEM VALUE VALUES (15, '2026-11-27 00:55:44.282847', 'signed_in', 7609631655318064, 'S8smgf0Ruwrd-TUpKpuACw', '127.0.0.1', NULL, NULL, NULL);
INSERT INTO public.audit_events OVERRIDING SYSTEM VALUE VALUES (16, '2026-11-27 00:55:44.31113', 'signed_out', 7609631655318064, 'S8smgf0Ruwrd-TUpKpuACw', '127.0.0.1', NULL, NULL, NULL);
INSERT INTO public.audit_events OVERRIDING SYSTEM VALUE VALUES (17, '2026-11-27 00:55:44.33595', 'signed_in', 7609631655318064, '6k8C7N9fVIrh9bnQBkxp6w', '127.0.0.1', NULL, NULL, NULL);
INSERT INTO public.audit_events OVERRIDING SYSTEM VALUE VALUES (18, '2026-11-27 00:55:44.360273', 'sign_in_failed', 2376105465747913, NULL, '127.0.0.1', NULL, NULL, NULL);
INSERT INTO public.audit_events OVERRIDING SYSTEM VALUE VALUES (19, '2026-11-27 00:55:44.379443', 'sign_in_failed', NULL, NULL, '127.0.0.1', 'JaDdP8KriRCizL0KcsYLmEYPLTGjn7C2xr8FxmIJN20', NULL, NULL);
INSERT INTO public.audit_events OVERRIDING SYSTEM VALUE VALUES (20, '2026-11-27 00:55:45.702406', 'session_ended', 7609631655318064, '9Sm2j_1DMIH7bFVHV_ZD9w', '127.0.0.1', NULL, 'cLWv6LSELyhLHB-0drUbNg', NULL);
INSERT INTO public.audit_events OVERRIDING SYSTEM VALUE VALUES (21, '2026-11-27 00:55:45.797616', 'host_granted', 7609631655318064, '9Sm2j_1DMIH7bFVHV_ZD9w', '127.0.0.1', NULL, '0Fwf6Taee6aM91FWF6TD6w', 7034928048247556);
INSERT INTO public.audit_events OVERRIDING SYSTEM VALUE VALUES (22, '2026-11-27 00:55:45.814884', 'host_granted', 7609631655318064, '9Sm2j_1DMIH7bFVHV_ZD9w', '127.0.0.1', NULL, '0Fwf6Taee6aM91FWF6TD6w', 2376105465747913);
INSERT INTO public.audit_events OVERRIDING SYSTEM VALUE VALUES (23, '2026-11-27 00:55:45.830717', 'host_revoked', 7609631655318064, '9Sm2j_1DMIH7bFVHV_ZD9w', '127.0.0.1', NULL, '0Fwf6Taee6aM91FWF6TD6w', 2376105465747913);
INSERT INTO public.audit_events OVERRIDING SYSTEM VALUE VALUES (24, '2026-11-27 00:55:46.126115', 'account_deleted', 1597530907865250, 'ZrhPepv-t1obdp1StuKvBA', '127.0.0.1', NULL, NULL, NULL);
INSERT INTO public.audit_events OVERRIDING SYSTEM VALUE VALUES (25, '2026-11-27 00:55:46.346042', 'registered', 6256241677031467, NULL, '127.0.0.1', NULL, NULL, NULL);
INSERT INTO public.audit_events OVERRIDING SYSTEM VALUE VALUES (26, '2026-11-27 00:55:46.373904', 'signed_in', 6256241677031467, 'grejNrQoSl2moIudBT1pdw', '127.0.0.1', NULL, NULL, NULL);
INSERT INTO public.audit_events OVERRIDING SYSTEM VALUE VALUES (27, '2026-11-27 00:55:46.483063', 'accounts_imported', NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.audit_events OVERRIDING SYSTEM VALUE VALUES (28, '2026-11-27 00:55:46.63142', 'account_disabled', 2376105465747913, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.participants VALUES ('MwSTScl8iT2SCKU-zScm8Q', 7609631655318064, 'super_host', true, false, '2026-11-27 00:55:44.062116');
INSERT INTO public.participants VALUES ('MwSTScl8iT2SCKU-zScm8Q', 3812709391639970, 'participant', false, true, '2026-11-27 00:55:44.062116');
INSERT INTO public.participants VALUES ('-qXnJbgYoSRq-TAiRAMd6A', 7609631655318064, 'super_host', true, false, '2026-11-27 00:55:45.558612');
INSERT INTO public.participants VALUES ('cLWv6LSELyhLHB-0drUbNg', 7609631655318064, 'super_host', true, false, '2026-11-27 00:55:45.594879');
INSERT INTO public.participants VALUES ('0Fwf6Taee6aM91FWF6TD6w', 7609631655318064, 'super_host', true, false, '2026-11-27 00:55:45.609135');
INSERT INTO public.participants VALUES ('-qXnJbgYoSRq-TAiRAMd6A', 2633541494317206, 'participant', true, false, '2026-11-27 00:55:45.558612');
INSERT INTO public.participants VALUES ('cLWv6LSELyhLHB-0drUbNg', 2633541494317206, 'participant', true, false, '2026-11-27 00:55:45.594879');
INSERT INTO public.participants VALUES ('0Fwf6Taee6aM91FWF6TD6w', 2633541494317206, 'participant', true, false, '2026-11-27 00:55:45.609135');
INSERT INTO public.participants VALUES ('0Fwf6Taee6aM91FWF6TD6w', 7034928048247556, 'sub_host', true, false, '2026-11-27 00:55:45.609135');
INSERT INTO public.participants VALUES ('0Fwf6Taee6aM91FWF6TD6w', 2376105465747913, 'participant', true, false, '2026-11-27 00:55:45.609135');
INSERT INTO public.participants VALUES ('0Fwf6Taee6aM91FWF6TD6w', 3812709391639970, 'participant', false, true, '2026-11-27 00:55:45.609135');
INSERT INTO public.participants VALUES ('0Fwf6Taee6aM91FWF6TD6w', 4622958077865508, 'participant', false, true, '2026-11-27 00:55:45.609135');
INSERT INTO public.password_schemes VALUES ('$2b$11', 1);
INSERT INTO public.password_schemes VALUES ('$argon2id$v=19$m=128,t=2,p=1', 1);
INSERT INTO public.password_schemes VALUES ('$argon2id$v=19$m=64,t=2,p=1', 6);
INSERT INTO public.password_schemes VALUES ('$pbkdf2-sha256$29000', 1);
INSERT INTO public.password_schemes VALUES ('$scrypt$ln=14,r=8,p=5', 1);
INSERT INTO public.posts OVERRIDING SYSTEM VALUE VALUES (1, 7609631655318064, 'Room changed', 'By mina.', '2026-11-27 00:55:45.514025', '2026-11-27 00:55:45.514025');
INSERT INTO public.posts OVERRIDING SYSTEM VALUE VALUES (2, NULL, 'Room changed', 'By leo.', '2026-11-27 00:55:45.534615', '2026-11-27 00:55:45.534615');
INSERT INTO public.question_likes VALUES (4, 7034928048247556);
INSERT INTO public.question_likes VALUES (4, 2633541494317206);
INSERT INTO public.question_likes VALUES (4, 4622958077865508);
INSERT INTO public.questions OVERRIDING SYSTEM VALUE VALUES (1, 'MwSTScl8iT2SCKU-zScm8Q', 3812709391639970, true, 'Who am I?', false, false, 0, 0, '2026-11-27 00:55:44.08281', '2026-11-27 00:55:44.08281');
INSERT INTO public.questions OVERRIDING SYSTEM VALUE VALUES (2, '-qXnJbgYoSRq-TAiRAMd6A', 2633541494317206, false, 'Why?', false, false, 0, 0, '2026-11-27 00:55:45.62358', '2026-11-27 00:55:45.62358');
INSERT INTO public.questions OVERRIDING SYSTEM VALUE VALUES (3, 'cLWv6LSELyhLHB-0drUbNg', 2633541494317206, false, 'Why?', false, false, 0, 0, '2026-11-27 00:55:45.67269', '2026-11-27 00:55:45.67269');
INSERT INTO public.questions OVERRIDING SYSTEM VALUE VALUES (8, '0Fwf6Taee6aM91FWF6TD6w', 3812709391639970, true, 'Who decides?', false, false, 0, 0, '2026-11-27 00:55:45.913559', '2026-11-27 00:55:45.913559');
INSERT INTO public.questions OVERRIDING SYSTEM VALUE VALUES (9, '0Fwf6Taee6aM91FWF6TD6w', 4622958077865508, true, 'May I ask?', false, false, 0, 0, '2026-11-27 00:55:45.918393', '2026-11-27 00:55:45.918393');
INSERT INTO public.questions OVERRIDING SYSTEM VALUE VALUES (5, '0Fwf6Taee6aM91FWF6TD6w', 7609631655318064, false, 'Read this', true, false, 0, 0, '2026-11-27 00:55:45.877829', '2026-11-27 00:55:45.877829');
INSERT INTO public.questions OVERRIDING SYSTEM VALUE VALUES (6, '0Fwf6Taee6aM91FWF6TD6w', 2633541494317206, false, '이사는 언제인가요?', false, true, 0, 0, '2026-11-27 00:55:45.890677', '2026-11-27 00:55:45.890677');
INSERT INTO public.questions OVERRIDING SYSTEM VALUE VALUES (10, '0Fwf6Taee6aM91FWF6TD6w', NULL, true, 'Bye?', false, false, 0, 0, '2026-11-27 00:55:45.924395', '2026-11-27 00:55:45.924395');
INSERT INTO public.questions OVERRIDING SYSTEM VALUE VALUES (4, '0Fwf6Taee6aM91FWF6TD6w', 7034928048247556, false, 'When do we move?', false, false, 3, 4, '2026-11-27 00:55:45.842641', '2026-11-27 00:55:45.842641');
INSERT INTO public.refresh_tokens VALUES ('_b_vo09dydxS3uZyrW_C3A', 7034928048247556, 0, NULL, '2026-11-27 00:55:43.454187', '2026-11-27 00:55:43.45439', '2026-12-11 00:55:43.454187', '2027-02-25 00:55:43.454187', NULL, 'Python-urllib/3.11', '127.0.0.1', false);
INSERT INTO public.refresh_tokens VALUES ('CmR4LKQ2RBxz-chd8HzeJg', 2633541494317206, 0, NULL, '2026-11-27 00:55:43.998985', '2026-11-27 00:55:43.999146', '2026-12-11 00:55:43.998985', '2027-02-25 00:55:43.998985', NULL, 'Python-urllib/3.11', '127.0.0.1', false);
INSERT INTO public.refresh_tokens VALUES ('U0B4H3F5COa6SY9aN4R71g', NULL, 0, NULL, '2026-11-27 00:55:44.042731', '2026-11-27 00:55:44.042731', '2026-12-11 00:55:44.08281', '2027-02-25 00:55:44.042731', '2026-11-27 00:55:44.112134', NULL, NULL, false);
INSERT INTO public.refresh_tokens VALUES ('zQiCtvStAY1nG8PsRs4e0Q', 3812709391639970, 0, NULL, '2026-11-27 00:55:44.212113', '2026-11-27 00:55:44.212242', '2026-12-11 00:55:44.212113', '2027-02-25 00:55:44.212113', NULL, 'Python-urllib/3.11', '127.0.0.1', false);
INSERT INTO public.refresh_tokens VALUES ('eMFnVNbCGMy5kcL1BmNm_w', 2784810917861160, 0, NULL, '2026-11-27 00:55:44.229216', '2026-11-27 00:55:44.229216', '2026-11-28 00:55:44.229216', '2027-02-25 00:55:44.229216', NULL, 'Python-urllib/3.11', '127.0.0.1', true);
INSERT INTO public.refresh_tokens VALUES ('S8smgf0Ruwrd-TUpKpuACw', 7609631655318064, 0, NULL, '2026-11-27 00:55:44.282701', '2026-11-27 00:55:44.282847', '2026-12-11 00:55:44.282701', '2027-02-25 00:55:44.282701', '2026-11-27 00:55:44.31113', 'Python-urllib/3.11', '127.0.0.1', false);
INSERT INTO public.refresh_tokens VALUES ('6k8C7N9fVIrh9bnQBkxp6w', 7609631655318064, 0, NULL, '2026-11-27 00:55:44.335848', '2026-11-27 00:55:44.33595', '2026-12-11 00:55:44.335848', '2027-02-25 00:55:44.335848', NULL, 'Python-urllib/3.11', '127.0.0.1', false);
INSERT INTO public.refresh_tokens VALUES ('9Sm2j_1DMIH7bFVHV_ZD9w', 7609631655318064, 1, 0, '2026-11-27 00:55:45.491721', '2026-11-27 00:55:43.396701', '2026-12-11 00:55:45.491721', '2027-02-25 00:55:43.396004', NULL, 'Python-urllib/3.11', '127.0.0.1', false);
INSERT INTO public.refresh_tokens VALUES ('Fqxb7IY5tBX3Ur4ZhenShw', 4622958077865508, 0, NULL, '2026-11-27 00:55:44.023379', '2026-11-27 00:55:44.023379', '2026-12-11 00:55:45.918393', '2027-02-25 00:55:44.023379', NULL, 'Python-urllib/3.11', '127.0.0.1', false);
INSERT INTO public.refresh_tokens VALUES ('ZrhPepv-t1obdp1StuKvBA', NULL, 0, NULL, '2026-11-27 00:55:43.562766', '2026-11-27 00:55:43.562908', '2026-12-11 00:55:43.562766', '2027-02-25 00:55:43.562766', '2026-11-27 00:55:46.126115', NULL, NULL, false);
INSERT INTO public.refresh_tokens VALUES ('grejNrQoSl2moIudBT1pdw', 6256241677031467, 0, NULL, '2026-11-27 00:55:46.373722', '2026-11-27 00:55:46.373904', '2026-12-11 00:55:46.373722', '2027-02-25 00:55:46.373722', NULL, 'Python-urllib/3.11', '127.0.0.1', false);
INSERT INTO public.refresh_tokens VALUES ('tUZukQi7JPdOS-b7eTckOw', 2376105465747913, 0, NULL, '2026-11-27 00:55:43.522843', '2026-11-27 00:55:43.525927', '2026-12-11 00:55:43.522843', '2027-02-25 00:55:43.522843', '2026-11-27 00:55:46.63142', 'Python-urllib/3.11', '127.0.0.1', false);
INSERT INTO public.replies OVERRIDING SYSTEM VALUE VALUES (2, 4, 4622958077865508, true, 'In April?', false, 0, '2026-11-27 00:55:45.94865', '2026-11-27 00:55:45.94865');
INSERT INTO public.replies OVERRIDING SYSTEM VALUE VALUES (3, 4, 2633541494317206, true, 'In May?', false, 0, '2026-11-27 00:55:45.953557', '2026-11-27 00:55:45.953557');
INSERT INTO public.replies OVERRIDING SYSTEM VALUE VALUES (4, 4, NULL, true, NULL, false, 0, '2026-11-27 00:55:45.964541', '2026-11-27 00:55:45.9734');
INSERT INTO public.replies OVERRIDING SYSTEM VALUE VALUES (5, 4, NULL, true, 'In June.', false, 0, '2026-11-27 00:55:45.968787', '2026-11-27 00:55:45.968787');
INSERT INTO public.replies OVERRIDING SYSTEM VALUE VALUES (1, 4, 7609631655318064, false, 'In March.', true, 3, '2026-11-27 00:55:45.933483', '2026-11-27 00:55:45.933483');
INSERT INTO public.reply_likes VALUES (1, 7034928048247556);
INSERT INTO public.reply_likes VALUES (1, 2633541494317206);
INSERT INTO public.reply_likes VALUES (1, 4622958077865508);
INSERT INTO public.secret_checks VALUES (1, '\x98cfcc8dbb5ff6fdb728693b920625eb4a73ba7ea6245f10583d4a4cae5e4d0f');
INSERT INTO public.sessions VALUES ('MwSTScl8iT2SCKU-zScm8Q', '6MF6KY', 'Before the claim', '2026-11-27 00:55:44.062116', '2026-12-04 00:55:44.062116', NULL, 1, 1, 1);
INSERT INTO public.sessions VALUES ('-qXnJbgYoSRq-TAiRAMd6A', 'PF97PQ', 'Expired', '2026-11-27 00:55:45.558612', '2026-11-27 00:55:47.539088', NULL, 2, 0, 1);
INSERT INTO public.sessions VALUES ('cLWv6LSELyhLHB-0drUbNg', 'MC94DG', 'Ended', '2026-11-27 00:55:45.594879', '2026-12-04 00:55:45.594879', '2026-11-27 00:55:45.702406', 2, 0, 1);
INSERT INTO public.sessions VALUES ('0Fwf6Taee6aM91FWF6TD6w', 'G7439H', 'Running', '2026-11-27 00:55:45.609135', '2026-12-04 00:55:45.609135', NULL, 4, 2, 6);
INSERT INTO public.signing_keys VALUES ('HuLLXeA1E6ddMLEhlnZJznoG5EO4z17B4N92DtVFt8Y', '\x45e546b788da3688c603bd185eeb6668d19cba8ba32d0151ac9d02dad98e32cf', '\xa11b9df7d220b7f1e9e65d88fb99fd83727124a46eb44f85783c722b2d3e56f6f7d399452ebcf15346d345d18e476d8b1c73540e875465d0a5426b91d231fc01f08940228cc56384', '2026-11-27 00:55:43.26925', '2026-11-27 00:55:43.26925');
INSERT INTO public.signing_keys VALUES ('6BqjnDvhZX9wQziNM2j2e6wA3UgiJONJ_i4JUxbtt2U', '\x3faf5c778f152ce1c866d702dafdee5bf89d0d0474328255bbb97e1b61014dee', '\xd12df35f7c08d42d807b63c5dfe0571705f2311df18cdde4527e94f0458d1b0d790cfb4c16490aae721cde61904c3d7858d4b7e09bb898ada6f155cf5bed344e5155a413bb16c287', '2026-11-27 00:55:46.67585', '2026-11-27 01:00:56.67585');
INSERT INTO public.users VALUES (351438220307497, 'root@example.com', 'root@example.com', 'root', 'root', '$argon2id$v=19$m=64,t=2,p=1$cGBl8Gd5KkTDKKT181TBrA$dq5O9p7ka7xwgUjEhT5yjZGcoHg53oEDG3hfT/hR55w', true, '2026-11-27 00:55:43.241506', true, '$argon2id$v=19$m=64,t=2,p=1', false);
INSERT INTO public.users VALUES (7034928048247556, 'noah@example.com', 'noah@example.com', 'noah', 'noah', '$argon2id$v=19$m=64,t=2,p=1$qfOgYtQthM65iMQiyGoXcg$XJ4QGgReqKexjd96RSMwrZYUo7p2A35NLfgLh4JQP4M', true, '2026-11-27 00:55:43.4437', false, '$argon2id$v=19$m=64,t=2,p=1', false);
INSERT INTO public.users VALUES (2633541494317206, 'Zoë@BÜCHER.example', 'zoë@bücher.example', '김조이', '김조이', '$argon2id$v=19$m=64,t=2,p=1$CCYSnzRp0en4uR+1a+WTEQ$RCDHr5ZsTQHR58mAOhbjf6xkjkTtM+7Z73KBRKAUKS0', true, '2026-11-27 00:55:43.945854', false, '$argon2id$v=19$m=64,t=2,p=1', false);
INSERT INTO public.users VALUES (3812709391639970, 'gabi@example.com', 'gabi@example.com', 'gabi', 'gabi', '$argon2id$v=19$m=64,t=2,p=1$W/WJbv0BfV4kfSt5WQoaOw$5gNBhFBZfEW8tVYRhMj2ynAVlK5OSBGl2614hJjeVSY', true, '2026-11-27 00:55:44.112134', false, '$argon2id$v=19$m=64,t=2,p=1', false);
INSERT INTO public.users VALUES (2784810917861160, NULL, NULL, NULL, NULL, NULL, true, '2026-11-27 00:55:44.229216', false, NULL, false);
INSERT INTO public.users VALUES (7609631655318064, 'mina@example.com', 'mina@example.com', 'mina', 'mina', '$argon2id$v=19$m=64,t=2,p=1$2Ib5qa3JWh/DmJBCo9p7sQ$WEg/mE5DqJRH7NZXCLsEUvfcTvZUnSRmf1l2cNekbyU', true, '2026-11-27 00:55:43.368058', false, '$argon2id$v=19$m=64,t=2,p=1', false);
INSERT INTO public.users VALUES (4622958077865508, NULL, NULL, NULL, NULL, NULL, true, '2026-11-27 00:55:44.023379', false, NULL, true);
INSERT INTO public.users VALUES (6256241677031467, 'hana@example.com', 'hana@example.com', 'hana', 'hana', '$argon2id$v=19$m=128,t=2,p=1$+Q45Ek0oj9d+VBZeXOAgHw$+IDm4St47xdFV+QQ2krvnrFo6ZXOooaBphJcmnXnk3k', true, '2026-11-27 00:55:46.346042', false, '$argon2id$v=19$m=128,t=2,p=1', false);
INSERT INTO public.users VALUES (8970453644667183, 'imported0@example.com', 'imported0@example.com', 'imported0', 'imported0', '$2b$11$UxhgQCn7crP9HdVZyORVsuQFwIp4g10JYOiYRqIMSVpKoOhey95hi', true, '2026-11-27 00:55:46.483063', false, '$2b$11', false);
INSERT INTO public.users VALUES (5287334696699766, 'imported1@example.com', 'imported1@example.com', 'imported1', 'imported1', 'scrypt$16384$pCvRbWOz9spZQH93WhrmJt$8$5$WTMT4nWrEtg60rCSVC1E4gZN9Z5DPwVh+u6mEYVBaz6h9I6lplsBDwEnCKdbyZAnQNRGr6BhREQZcKqVq2dsBQ==', true, '2026-11-27 00:55:46.483063', false, '$scrypt$ln=14,r=8,p=5', false);
INSERT INTO public.users VALUES (413999534096127, 'imported2@example.com', 'imported2@example.com', 'imported2', 'imported2', '$pbkdf2-sha256$29000$Vwrh/L/X2hsj5HyvVWptrQ$jS3hRCV0wmbEphO9wTfLBrm7uLaRBQLivglKU4K5CCk', true, '2026-11-27 00:55:46.483063', false, '$pbkdf2-sha256$29000', false);
INSERT INTO public.users VALUES (2376105465747913, 'ida@example.com', 'ida@example.com', 'ida', 'ida', '$argon2id$v=19$m=64,t=2,p=1$/4SARRemJSmt3OmUrqAv6A$yWvi+pysC5Bk8nGttGdnWVL+BJvzYG5gF2+hVHl2mU8', false, '2026-11-27 00:55:43.462147', false, '$argon2id$v=19$m=64,t=2,p=1', false);
SELECT pg_catalog.setval('public.audit_events_audit_event_id_seq', 28, true);
SELECT pg_catalog.setval('public.posts_post_id_seq', 2, true);
SELECT pg_catalog.setval('public.questions_question_id_seq', 10, true);
SELECT pg_catalog.setval('public.replies_reply_id_seq', 5, true);
ALTER TABLE ONLY public.__diesel_schema_migrations
    ADD CONSTRAINT __diesel_schema_migrations_pkey PRIMARY KEY (version);
ALTER TABLE ONLY public.attempts
    ADD CONSTRAINT attempts_pkey PRIMARY KEY (attempt_key);
ALTER TABLE ONLY public.audit_events
    ADD CONSTRAINT audit_events_pkey PRIMARY KEY (audit_event_id);
ALTER TABLE ONLY public.participants
    ADD CONSTRAINT participants_pkey PRIMARY KEY (session_id, user_id);
ALTER TABLE ONLY public.password_schemes
    ADD CONSTRAINT password_schemes_pkey PRIMARY KEY (scheme);
ALTER TABLE ONLY public.posts
    ADD CONSTRAINT posts_pkey PRIMARY KEY (post_id);
ALTER TABLE ONLY public.question_likes
    ADD CONSTRAINT question_likes_pkey PRIMARY KEY (question_id, user_id);
ALTER TABLE ONLY public.questions
    ADD CONSTRAINT questions_pkey PRIMARY KEY (question_id);
ALTER TABLE ONLY public.refresh_tokens
    ADD CONSTRAINT refresh_tokens_pkey PRIMARY KEY (login_id);
ALTER TABLE ONLY public.replies
    ADD CONSTRAINT replies_pkey PRIMARY KEY (reply_id);
ALTER TABLE ONLY public.reply_likes
    ADD CONSTRAINT reply_likes_pkey PRIMARY KEY (reply_id, user_id);
ALTER TABLE ONLY public.secret_checks
    ADD CONSTRAINT secret_checks_pkey PRIMARY KEY (secret_check_id);
ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_join_code_key UNIQUE (join_code);
ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_pkey PRIMARY KEY (session_id);
ALTER TABLE ONLY public.signing_keys
    ADD CONSTRAINT signing_keys_pkey PRIMARY KEY (key_id);
ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_email_folded_key UNIQUE (email_folded);
ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_nickname_folded_key UNIQUE (nickname_folded);
ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (user_id);
CREATE INDEX attempts_last_at_idx ON public.attempts USING btree (last_at);
CREATE INDEX audit_events_occurred_at_idx ON public.audit_events USING btree (occurred_at);
CREATE INDEX audit_events_user_id_idx ON public.audit_events USING btree (user_id);
CREATE INDEX participants_of_session_idx ON public.participants USING btree (session_id, listed, role DESC, user_id);
CREATE INDEX participants_of_user_idx ON public.participants USING btree (user_id, session_created_at, session_id);
CREATE UNIQUE INDEX participants_super_host_key ON public.participants USING btree (session_id) WHERE (role = 'super_host'::text);
CREATE INDEX posts_author_id_idx ON public.posts USING btree (author_id);
CREATE INDEX question_likes_user_id_idx ON public.question_likes USING btree (user_id);
CREATE INDEX questions_author_id_idx ON public.questions USING btree (author_id);
CREATE INDEX questions_new_idx ON public.questions USING btree (session_id, pinned DESC, question_id DESC);
CREATE INDEX questions_old_idx ON public.questions USING btree (session_id, pinned DESC, question_id);
CREATE INDEX questions_top_idx ON public.questions USING btree (session_id, pinned DESC, likes_count DESC, question_id DESC);
CREATE INDEX refresh_tokens_ended_at_idx ON public.refresh_tokens USING btree (ended_at);
CREATE INDEX refresh_tokens_expires_at_idx ON public.refresh_tokens USING btree (expires_at);
CREATE INDEX refresh_tokens_idle_expires_at_idx ON public.refresh_tokens USING btree (idle_expires_at);
CREATE INDEX refresh_tokens_user_id_idx ON public.refresh_tokens USING btree (user_id);
CREATE INDEX replies_author_id_idx ON public.replies USING btree (author_id);
CREATE INDEX replies_question_id_idx ON public.replies USING btree (question_id, pinned DESC, reply_id);
CREATE INDEX reply_likes_user_id_idx ON public.reply_likes USING btree (user_id);
CREATE INDEX users_password_scheme_idx ON public.users USING btree (password_scheme);
ALTER TABLE ONLY public.participants
    ADD CONSTRAINT participants_session_id_fkey FOREIGN KEY (session_id) REFERENCES public.sessions(session_id);
ALTER TABLE ONLY public.participants
    ADD CONSTRAINT participants_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(user_id) ON DELETE CASCADE;
ALTER TABLE ONLY public.posts
    ADD CONSTRAINT posts_author_id_fkey FOREIGN KEY (author_id) REFERENCES public.users(user_id);
ALTER TABLE ONLY public.question_likes
    ADD CONSTRAINT question_likes_question_id_fkey FOREIGN KEY (question_id) REFERENCES public.questions(question_id) ON DELETE CASCADE;
ALTER TABLE ONLY public.question_likes
    ADD CONSTRAINT question_likes_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(user_id);
ALTER TABLE ONLY public.questions
    ADD CONSTRAINT questions_author_id_fkey FOREIGN KEY (author_id) REFERENCES public.users(user_id);
ALTER TABLE ONLY public.questions
    ADD CONSTRAINT questions_session_id_fkey FOREIGN KEY (session_id) REFERENCES public.sessions(session_id);
ALTER TABLE ONLY public.refresh_tokens
    ADD CONSTRAINT refresh_tokens_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(user_id) ON DELETE SET NULL;
ALTER TABLE ONLY public.replies
    ADD CONSTRAINT replies_author_id_fkey FOREIGN KEY (author_id) REFERENCES public.users(user_id);
ALTER TABLE ONLY public.replies
    ADD CONSTRAINT replies_question_id_fkey FOREIGN KEY (question_id) REFERENCES public.questions(question_id) ON DELETE CASCADE;
ALTER TABLE ONLY public.reply_likes
    ADD CONSTRAINT reply_likes_reply_id_fkey FOREIGN KEY (reply_id) REFERENCES public.replies(reply_id) ON DELETE CASCADE;
ALTER TABLE ONLY public.reply_likes
    ADD CONSTRAINT reply_likes_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(user_id);
