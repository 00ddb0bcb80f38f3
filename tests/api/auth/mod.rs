mod attempts;
mod login;
mod logout;
mod model;
mod token;
mod token_races;
