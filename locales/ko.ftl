# One text for each error code. A code never changes; its words may.
malformed_json = 요청 본문은 JSON 객체여야 해요.
malformed_json_at = 요청 본문은 JSON 객체여야 해요. { $line }행 { $column }열을 확인해 주세요.
validation_failed = 올바르지 않은 항목이 있어요. 항목별 이유는 "errors"에서 확인해 주세요.
invalid_cursor = 이 목록에서 쓸 수 없는 커서예요. 첫 페이지부터 다시 불러와 주세요.
missing_token = 토큰이 없어요. 먼저 로그인해 주세요.
invalid_token = 액세스 토큰이 올바르지 않아요. 갱신한 뒤 다시 시도해 주세요.
token_expired = 액세스 토큰이 만료됐어요. 갱신한 뒤 다시 시도해 주세요.
login_ended = 로그인이 종료됐어요. 다시 로그인해 주세요.
invalid_credentials = 이메일 주소 또는 비밀번호가 맞지 않아요.
invalid_refresh_token = 리프레시 토큰이 올바르지 않아요. 다시 로그인해 주세요.
refresh_token_reused = 이미 교체된 리프레시 토큰이라 계정 보호를 위해 로그인을 종료했어요. 다시 로그인해 주세요.
login_required = 게스트는 할 수 없어요. 계정으로 로그인해 주세요.
forbidden = 권한이 없어요. 다른 사람의 것이거나 호스트만 할 수 있어요.
session_ended = 종료된 세션이에요. 볼 수만 있고 바꿀 수는 없어요.
question_locked = 다른 사람들이 이미 반응한 글이에요. 마감되었거나 고정되었거나, 답변이나 좋아요가 달려서 작성자가 바꿀 수 없어요.
csrf_rejected = 이 출처(origin)의 페이지에서는 이 요청이나 메서드, 헤더를 쓸 수 없어요.
not_found = 요청하신 내용을 찾을 수 없어요.
method_not_allowed = 여기서는 쓸 수 없는 메서드예요. 쓸 수 있는 메서드는 "Allow" 헤더에 있어요.
email_taken = 이미 가입된 이메일 주소예요.
nickname_taken = 이미 사용 중인 닉네임이에요. 다른 닉네임을 입력해 주세요.
idempotency_key_reused = 다른 요청에서 이미 쓴 "Idempotency-Key"예요. 새 요청에는 새 키를 써 주세요.
conflict = 다른 것과 충돌하거나 한도에 도달했어요.
body_too_large = 요청 본문이 너무 커요.
uri_too_long = URL이 너무 길어요. 8KiB까지 쓸 수 있어요.
unsupported_media_type = 요청 본문은 "Content-Type: application/json"으로 보내 주세요.
too_many_attempts = 비밀번호를 너무 여러 번 시도했어요. 나중에 다시 시도해 주세요.
too_many_requests = 이 계정이나 네트워크에서 보낸 요청이 너무 많아요. 잠시 후 다시 시도해 주세요.
headers_too_large = 요청 헤더가 너무 커요. 헤더 하나는 8KiB, 전체는 32KiB까지 쓸 수 있어요.
internal_error = 서버에 문제가 생겼어요. 문의하실 때 요청 ID를 함께 알려 주세요.
overloaded = 서버가 혼잡해요. 잠시 후 다시 시도해 주세요.
database_unavailable = 데이터베이스에 연결할 수 없어요. 잠시 후 다시 시도해 주세요.

# One text for each thing that can be in the way of a request.
conflict_too_many_posts = 글은 계정마다 1,000개까지 쓸 수 있어요. 먼저 하나를 삭제해 주세요.
conflict_too_many_sessions = 세션은 계정마다 1,000개까지 열 수 있어요. 먼저 하나를 삭제해 주세요. 삭제한 세션도 하루 동안은 개수에 포함돼요.
conflict_too_many_questions = 이 세션에는 질문이 이미 10,000개 있어요.
conflict_too_many_replies = 이 질문에는 답변을 더 달 수 없어요. 1,000개까지, 호스트는 100개 더 달 수 있어요.
conflict_too_many_of_guest = 게스트는 질문, 답변, 좋아요를 합쳐 2,000개까지 남길 수 있어요. 계속하려면 가입해 주세요.
conflict_other_revision = 그사이에 내용이 바뀌었어요. 먼저 다시 읽어 주세요.
conflict_own_role = 지금 이 세션의 대표 호스트예요. 대신 다른 호스트에게 세션을 넘겨 주세요.
conflict_not_a_sub_host = 이 참여자는 호스트가 아니에요. 먼저 호스트로 지정해 주세요.
conflict_no_sub_host = 대표 호스트인데, 세션을 넘겨받을 호스트가 없어요. 다른 사람을 호스트로 지정하거나 세션을 삭제해 주세요.

# One text for each reason that a field was refused.
field_missing = 필수 항목이에요.
field_unknown_field = 이 요청에서는 쓸 수 없는 항목이에요.
field_wrong_type = 문자열이어야 해요.
field_blank = 내용을 입력해 주세요.
field_out_of_range = { $min }부터 { $max }까지의 정수여야 해요.
field_too_short = { $min }자 이상 입력해 주세요.
field_too_long = { $max }자 이하로 입력해 주세요.
field_too_common = 흔하거나 단순해서 추측하기 쉬운 비밀번호예요. 서로 관련 없는 단어를 여러 개 이어 보세요.
field_too_similar = 이메일 주소, 닉네임 또는 서비스 이름과 너무 비슷한 비밀번호예요. 관련 없는 단어를 더해 보세요.
field_null_character = U+0000 문자는 쓸 수 없어요.
field_control_character = 제어 문자 { $character }은(는) 쓸 수 없어요. 줄바꿈과 탭은 쓸 수 있어요.
field_lone_surrogate = 깨진 이모지처럼 반쪽만 있는 문자(짝이 없는 서로게이트)가 있어요.
field_duplicate = 같은 항목이 두 번 이상 있어요.
field_not_an_email = 이메일 주소 형식이 아니에요.
field_character_not_allowed = "{ $character }"은(는) 쓸 수 없어요. 문자, 숫자, 이모지, "_", "-", "."만 쓸 수 있어요.
field_not_a_boolean = true 또는 false여야 해요.
field_not_an_integer = 허용 범위 안의 정수여야 해요.
field_not_a_time = 2026-03-01T12:00:00Z와 같은 형식의 시각이어야 해요.
field_not_within_a_year = 지금부터 1년 이내의 시각이어야 해요.
field_not_a_key = 공백 없는 ASCII 문자 1~64자로, 한 번만 보내 주세요.
field_not_one_of = 다음 중 하나여야 해요: { $allowed }

signed_out = 로그아웃했어요.
