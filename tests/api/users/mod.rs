mod create;
mod me;
mod nicknames;
mod no_password;
mod password_policy;
