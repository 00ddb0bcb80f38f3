use jsonwebtoken::{EncodingKey, encode};
use serde_json::{Map, Value, json};

use super::*;
