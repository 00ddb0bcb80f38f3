# One text for each error code. A code never changes; its words may.
malformed_json = The request body must be a JSON object.
malformed_json_at = The request body must be a JSON object. The problem is at line { $line }, column { $column }.
validation_failed = Some fields are not valid. "errors" lists each of them with the reason.
invalid_cursor = The cursor does not belong to this list. Start again from the first page.
missing_token = The request has no token. Sign in first.
invalid_token = The access token is not valid. Refresh it and try again.
token_expired = The access token has expired. Refresh it and try again.
login_ended = This login has ended. Sign in again.
invalid_credentials = The e-mail address or the password is wrong.
invalid_refresh_token = The refresh token is not valid. Sign in again.
refresh_token_reused = This refresh token was already replaced, so we ended the login to protect the account. Sign in again.
login_required = Guests cannot do this. Sign in with an account.
forbidden = You do not have permission: this belongs to someone else, or only hosts can do it.
session_ended = This session has ended. You can read it, but not change it.
question_locked = Others have already judged this: it is closed, is pinned, has a reply or is liked. Its author can no longer change it.
csrf_rejected = The server does not accept this request, method or header from the origin of this page.
not_found = We could not find what you asked for.
method_not_allowed = This URL does not accept this method. The header "Allow" lists the methods that it accepts.
email_taken = This e-mail address already has an account.
nickname_taken = This nickname is already taken. Choose another one.
idempotency_key_reused = Another request had this "Idempotency-Key". Use a new key for each new request.
conflict = Something is in the way, or a limit has been reached.
body_too_large = The request body is larger than this URL accepts.
uri_too_long = The URL is too long. It can have at most 8 KiB.
unsupported_media_type = Send the request body with "Content-Type: application/json".
too_many_attempts = There were too many password attempts. Try again later.
too_many_requests = You, or your network, have sent too many requests. Try again in a moment.
headers_too_large = The request headers are too large. One header can have at most 8 KiB, and all of them 32 KiB.
internal_error = Something went wrong on our side. Please include the request id when you report it.
overloaded = The server is busy. Try again in a moment.
database_unavailable = The server cannot reach its database. Try again in a moment.

# One text for each thing that can be in the way of a request.
conflict_too_many_posts = Your account already has 1,000 posts. Delete one first.
conflict_too_many_sessions = Your account has already opened 1,000 sessions. Delete one first; it counts for another day.
conflict_too_many_questions = This session already has 10,000 questions.
conflict_too_many_replies = This question has as many replies as it takes: 1,000, and 100 more of hosts.
conflict_too_many_of_guest = A guest can have 2,000 questions, replies and likes. Sign up to go on.
conflict_other_revision = The words have changed since you read them. Read them again first.
conflict_own_role = You are the super host. Hand the session over to a sub host instead.
conflict_not_a_sub_host = This participant is no sub host. Make them a sub host first.
conflict_no_sub_host = You are the super host, and there is no sub host to take over. Make someone a sub host, or delete the session.

# One text for each reason that a field was refused.
field_missing = This field is required.
field_unknown_field = This request does not accept this field.
field_wrong_type = This must be a string.
field_blank = This cannot be blank.
field_out_of_range = This must be a whole number from { $min } to { $max }.
field_too_short = This must have at least { $min } characters.
field_too_long = This can have at most { $max } characters.
field_too_common = This password is easy to guess: it is common or follows a simple pattern. Combine several unrelated words.
field_too_similar = This password is too close to your e-mail address, your nickname or the name of this service. Add unrelated words.
field_null_character = This cannot contain the character U+0000.
field_control_character = This cannot contain the control character { $character }. Line feeds and tabs are allowed.
field_lone_surrogate = This contains half a character, such as a broken emoji (a lone surrogate).
field_duplicate = This field was sent more than once.
field_not_an_email = This is not a valid e-mail address.
field_character_not_allowed = This cannot contain "{ $character }". Use only letters, digits, emoji, "_", "-" and ".".
field_not_a_boolean = This must be true or false.
field_not_an_integer = This must be a whole number, within its bounds.
field_not_a_time = This must be a time such as 2026-03-01T12:00:00Z.
field_not_within_a_year = This must be a time in the future, at most one year from now.
field_not_a_key = This must be sent once, with 1 to 64 visible ASCII characters.
field_not_one_of = This must be one of: { $allowed }.

signed_out = You are signed out.
