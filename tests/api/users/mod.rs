mod create;
mod me;
mod me_account;
mod me_export;
mod me_logins;
mod me_password;
mod nicknames;
