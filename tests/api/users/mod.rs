mod create;
mod me;
mod nicknames;
mod password_policy;
