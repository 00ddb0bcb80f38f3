// @generated automatically by Diesel CLI.

diesel::table! {
    account_deletions (user_id) {
        user_id -> BigInt,
        deleted_at -> Timestamp,
    }
}

diesel::table! {
    attempts (attempt_key) {
        attempt_key -> Text,
        counted -> BigInt,
        first_at -> Timestamp,
        last_at -> Timestamp,
    }
}

diesel::table! {
    audit_events (audit_event_id) {
        audit_event_id -> BigInt,
        occurred_at -> Timestamp,
        action -> Text,
        user_id -> Nullable<BigInt>,
        login_id -> Nullable<Text>,
        ip -> Nullable<Text>,
        address_hash -> Nullable<Text>,
        session_id -> Nullable<Text>,
        subject_id -> Nullable<BigInt>,
        item_id -> Nullable<Text>,
    }
}

diesel::table! {
    data_steps (name) {
        name -> Text,
        finished_at -> Timestamp,
    }
}

diesel::table! {
    epochs (epoch_id) {
        epoch_id -> BigInt,
        epoch -> Text,
        timeline -> Nullable<Text>,
    }
}

diesel::table! {
    idempotency_keys (idempotency_key_id) {
        idempotency_key_id -> BigInt,
        user_id -> BigInt,
        idempotency_key -> Text,
        request -> Binary,
        created -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    known_codes (code_key) {
        code_key -> Text,
        seen_at -> Timestamp,
    }
}

diesel::table! {
    mutes (mute_id) {
        mute_id -> BigInt,
        public_id -> Binary,
        session_id -> Text,
        user_id -> Nullable<BigInt>,
        anonymous -> Bool,
        question_id -> Nullable<BigInt>,
        reply_id -> Nullable<BigInt>,
        muted_at -> Timestamp,
        muted_by -> Nullable<BigInt>,
    }
}

diesel::table! {
    participants (session_id, user_id) {
        session_id -> Text,
        user_id -> BigInt,
        role -> Text,
        listed -> Bool,
        anonymous -> Bool,
        session_created_at -> Timestamp,
        host_since -> Nullable<Timestamp>,
        left_at -> Nullable<Timestamp>,
        contributed_at -> Nullable<Timestamp>,
        muted_by_name -> Bool,
        muted_anonymously -> Bool,
    }
}

diesel::table! {
    password_schemes (scheme) {
        scheme -> Text,
        accounts -> BigInt,
    }
}

diesel::table! {
    posts (post_id) {
        post_id -> BigInt,
        author_id -> Nullable<BigInt>,
        title -> Text,
        content -> Text,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    question_likes (question_id, user_id) {
        question_id -> BigInt,
        user_id -> BigInt,
    }
}

diesel::table! {
    questions (question_id) {
        question_id -> BigInt,
        session_id -> Text,
        author_id -> Nullable<BigInt>,
        anonymous -> Bool,
        body -> Text,
        pinned -> Bool,
        closed -> Bool,
        likes_count -> BigInt,
        replies_count -> BigInt,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        public_id -> Binary,
        revision -> BigInt,
        edited_at -> Nullable<Timestamp>,
        change -> BigInt,
        host_change -> BigInt,
        content_change -> BigInt,
        content_host_change -> BigInt,
        review -> Text,
        shown -> Bool,
        merged_into -> Nullable<BigInt>,
        merged_count -> BigInt,
        label_ids -> Text,
        replies_change -> BigInt,
        replies_host_change -> BigInt,
    }
}

diesel::table! {
    refresh_tokens (login_id) {
        login_id -> Text,
        user_id -> Nullable<BigInt>,
        generation -> BigInt,
        previous -> Nullable<BigInt>,
        rotated_at -> Timestamp,
        created_at -> Timestamp,
        idle_expires_at -> Timestamp,
        expires_at -> Timestamp,
        ended_at -> Nullable<Timestamp>,
        user_agent -> Nullable<Text>,
        ip -> Nullable<Text>,
        brief -> Bool,
    }
}

diesel::table! {
    replies (reply_id) {
        reply_id -> BigInt,
        question_id -> BigInt,
        author_id -> Nullable<BigInt>,
        anonymous -> Bool,
        body -> Nullable<Text>,
        pinned -> Bool,
        likes_count -> BigInt,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        public_id -> Binary,
        revision -> BigInt,
        edited_at -> Nullable<Timestamp>,
        session_id -> Text,
        change -> BigInt,
        host_change -> BigInt,
        content_change -> BigInt,
        content_host_change -> BigInt,
        review -> Text,
    }
}

diesel::table! {
    reply_likes (reply_id, user_id) {
        reply_id -> BigInt,
        user_id -> BigInt,
    }
}

diesel::table! {
    secret_checks (secret_check_id) {
        secret_check_id -> BigInt,
        check_value -> Binary,
    }
}

diesel::table! {
    session_changes (session_id, subject, subject_id) {
        session_id -> Text,
        subject -> Text,
        subject_id -> Text,
        question_id -> Nullable<Text>,
        change -> BigInt,
        host_change -> BigInt,
    }
}

diesel::table! {
    session_listeners (session_id, server_id) {
        session_id -> Text,
        server_id -> BigInt,
        listeners -> BigInt,
        seen_at -> Timestamp,
    }
}

diesel::table! {
    sessions (session_id) {
        session_id -> Text,
        join_code -> Text,
        title -> Text,
        created_at -> Timestamp,
        expires_at -> Timestamp,
        ended_at -> Nullable<Timestamp>,
        listed_count -> BigInt,
        anonymous_count -> BigInt,
        question_count -> BigInt,
        description -> Text,
        opened_by -> Nullable<BigInt>,
        deleted_at -> Nullable<Timestamp>,
        delete_at -> Nullable<Timestamp>,
        change -> BigInt,
        host_change -> BigInt,
        details_change -> BigInt,
        details_host_change -> BigInt,
        counts_change -> BigInt,
        counts_host_change -> BigInt,
        questions_setting -> Text,
        replies_setting -> Text,
        likes_setting -> Bool,
        names_setting -> Text,
        slow_mode -> BigInt,
        blocked_words -> Text,
        use_instance_words -> Bool,
        labels -> Text,
        current_question -> Nullable<Binary>,
        shown_count -> BigInt,
        pending_count -> BigInt,
        pending_change -> BigInt,
    }
}

diesel::table! {
    signing_keys (key_id) {
        key_id -> Text,
        public_key -> Binary,
        encrypted_private_key -> Binary,
        created_at -> Timestamp,
        signs_from -> Timestamp,
    }
}

diesel::table! {
    users (user_id) {
        user_id -> BigInt,
        email -> Nullable<Text>,
        email_folded -> Nullable<Text>,
        nickname -> Nullable<Text>,
        nickname_folded -> Nullable<Text>,
        password_hash -> Nullable<Text>,
        active -> Bool,
        created_at -> Timestamp,
        admin -> Bool,
        password_scheme -> Nullable<Text>,
        contributed -> Bool,
        kind -> Text,
    }
}

diesel::joinable!(account_deletions -> users (user_id));
diesel::joinable!(idempotency_keys -> users (user_id));
diesel::joinable!(mutes -> questions (question_id));
diesel::joinable!(mutes -> replies (reply_id));
diesel::joinable!(mutes -> sessions (session_id));
diesel::joinable!(participants -> sessions (session_id));
diesel::joinable!(participants -> users (user_id));
diesel::joinable!(posts -> users (author_id));
diesel::joinable!(question_likes -> questions (question_id));
diesel::joinable!(question_likes -> users (user_id));
diesel::joinable!(questions -> sessions (session_id));
diesel::joinable!(questions -> users (author_id));
diesel::joinable!(refresh_tokens -> users (user_id));
diesel::joinable!(replies -> questions (question_id));
diesel::joinable!(replies -> users (author_id));
diesel::joinable!(reply_likes -> replies (reply_id));
diesel::joinable!(reply_likes -> users (user_id));
diesel::joinable!(session_changes -> sessions (session_id));
diesel::joinable!(sessions -> users (opened_by));

diesel::allow_tables_to_appear_in_same_query!(
    account_deletions,
    attempts,
    audit_events,
    data_steps,
    epochs,
    idempotency_keys,
    known_codes,
    mutes,
    participants,
    password_schemes,
    posts,
    question_likes,
    questions,
    refresh_tokens,
    replies,
    reply_likes,
    secret_checks,
    session_changes,
    session_listeners,
    sessions,
    signing_keys,
    users,
);
