# One text for each error code. A code never changes; its words may.
malformed_json = 요청 본문은 JSON 객체여야 합니다.
malformed_json_at = 요청 본문은 JSON 객체여야 합니다. { $line }행 { $column }열을 확인해 주세요.
validation_failed = 확인이 필요한 항목이 있습니다. "errors"를 확인해 주세요.
invalid_cursor = 이 목록의 커서가 아닙니다. 첫 페이지부터 다시 시작해 주세요.
missing_token = 먼저 로그인해 주세요. 토큰이 전송되지 않았습니다.
invalid_token = 유효하지 않은 액세스 토큰입니다.
token_expired = 액세스 토큰이 만료되었습니다. 갱신한 뒤 다시 시도해 주세요.
login_ended = 종료된 로그인입니다. 다시 로그인해 주세요.
invalid_credentials = 이메일 주소 또는 비밀번호가 올바르지 않습니다.
invalid_refresh_token = 유효하지 않은 리프레시 토큰입니다. 다시 로그인해 주세요.
refresh_token_reused = 이미 교체된 리프레시 토큰이 사용되어 안전을 위해 로그인을 종료했습니다. 다시 로그인해 주세요.
login_required = 계정으로 로그인해야 할 수 있습니다. 게스트는 할 수 없습니다.
forbidden = 다른 사람의 것입니다.
csrf_rejected = 이 출처의 페이지에서는 이 요청을, 또는 이 메서드나 헤더를 사용할 수 없습니다.
not_found = 요청하신 것을 찾을 수 없습니다.
method_not_allowed = 여기서는 사용할 수 없는 메서드입니다. 사용할 수 있는 메서드는 "Allow"에 있습니다.
email_taken = 이미 가입된 이메일 주소입니다.
nickname_taken = 이미 사용 중인 닉네임입니다.
conflict = 이미 있는 것과 맞지 않거나 더 이상 늘릴 수 없습니다.
body_too_large = 요청 본문이 너무 큽니다.
uri_too_long = URL이 너무 깁니다.
unsupported_media_type = 요청 본문은 application/json으로 보내야 합니다.
too_many_attempts = 이 주소로 로그인을 너무 많이 시도했습니다. 잠시 후 다시 시도해 주세요.
too_many_requests = 사용 중인 네트워크에서 요청이 너무 많습니다. 잠시 후 다시 시도해 주세요.
headers_too_large = 요청 헤더가 너무 큽니다.
internal_error = 서버에 문제가 발생했습니다. 요청 ID를 알려 주시면 원인을 찾는 데 도움이 됩니다.
overloaded = 서버가 혼잡합니다. 잠시 후 다시 시도해 주세요.
database_unavailable = 데이터베이스에 연결할 수 없습니다. 잠시 후 다시 시도해 주세요.

# One text for each reason that a field was refused.
field_missing = 필수 항목입니다.
field_unknown_field = 알 수 없는 항목입니다.
field_wrong_type = 텍스트여야 합니다.
field_blank = 내용을 입력해 주세요.
field_out_of_range = { $min }부터 { $max }까지의 정수여야 합니다.
field_too_short = { $min }자 이상이어야 합니다.
field_too_long = { $max }자 이하여야 합니다.
field_too_common = 흔한 비밀번호나 단순한 패턴에 가까워 추측하기 쉽습니다. 서로 관련 없는 단어를 여러 개 이어서 사용해 주세요.
field_too_similar = 이메일 주소, 닉네임 또는 서비스 이름과 너무 비슷합니다. 이와 관련 없는 단어를 더해 주세요.
field_null_character = U+0000 문자는 사용할 수 없습니다.
field_not_an_email = 이메일 주소 형식이 아닙니다.
field_character_not_allowed = 문자, 숫자, 이모지, "_", "-", "."만 사용할 수 있습니다. "{ $character }"은(는) 사용할 수 없습니다.
field_not_one_of = 다음 중 하나여야 합니다: { $allowed }

signed_out = 로그아웃되었습니다.
