# One text for each error code. A code never changes; its words may.
malformed_json = The body must be a JSON object.
malformed_json_at = The body must be a JSON object; it is none at line { $line }, column { $column }.
validation_failed = Some fields need attention; see "errors".
invalid_cursor = The cursor is not one of this list; begin with the first page.
missing_token = Sign in first: no token was sent.
invalid_token = The access token is not valid.
token_expired = The access token has expired; refresh it and try again.
login_ended = This login has ended; sign in again.
invalid_credentials = The e-mail address or the password is wrong.
invalid_refresh_token = The refresh token is not valid; sign in again.
refresh_token_reused = The refresh token had been replaced already, so this login was ended for safety; sign in again.
login_required = Sign in with an account for this: guests cannot do it.
forbidden = This belongs to someone else.
csrf_rejected = Pages of this origin may not make this request, or not with this method or these headers.
not_found = There is nothing here.
method_not_allowed = This method is not allowed here; "Allow" lists those that are.
email_taken = This e-mail address has an account already.
nickname_taken = This nickname is taken.
conflict = This does not go together with what is there already, or there is too much of it.
body_too_large = The body is too large.
uri_too_long = The URL is too long.
unsupported_media_type = The body must be sent as application/json.
too_many_attempts = Too many attempts to sign in with this address; try again later.
too_many_requests = Too many requests from your network; try again in a moment.
headers_too_large = The request's headers are too large.
internal_error = Something went wrong on our side. The request id helps us to find it.
overloaded = The server is busy; try again in a moment.
database_unavailable = The database cannot be reached; try again in a moment.

# One text for each reason that a field was refused.
field_missing = Is missing.
field_unknown_field = Is not a known field.
field_wrong_type = Must be a text.
field_blank = May not be blank.
field_out_of_range = Must be a whole number from { $min } to { $max }.
field_too_short = Needs at least { $min } characters.
field_too_long = May have at most { $max } characters.
field_too_common = Is easy to guess: a common password or a simple pattern, with little added. Take several words that have nothing to do with each other.
field_too_similar = Is too close to your e-mail address, your nickname or the name of this service. Add words that have nothing to do with them.
field_null_character = May not hold the character U+0000.
field_not_an_email = Is not an e-mail address.
field_character_not_allowed = May have letters, digits, emoji, "_", "-" and "." only; not "{ $character }".
field_not_one_of = Must be one of: { $allowed }.

signed_out = You are signed out.
