// @generated automatically by Diesel CLI.

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
    secret_checks (secret_check_id) {
        secret_check_id -> BigInt,
        check_value -> Binary,
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
    }
}

diesel::joinable!(posts -> users (author_id));
diesel::joinable!(refresh_tokens -> users (user_id));

diesel::allow_tables_to_appear_in_same_query!(
    attempts,
    audit_events,
    password_schemes,
    posts,
    refresh_tokens,
    secret_checks,
    signing_keys,
    users,
);
