mod claim;
mod ended;
mod guest;
mod login;
mod logout;
mod model;
mod token;
mod token_races;
