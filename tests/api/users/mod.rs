mod create;
mod me;
mod nicknames;
