// Calls the API with cookies, and tells what a page can read of the answer.
async function call(method, url, { body, type = "application/json", bearer, ...options } = {}) {
  const headers = {};
  if (body !== undefined) headers["Content-Type"] = type;
  if (bearer) headers.Authorization = `Bearer ${bearer}`;
  try {
    const answer = await fetch(url, { method, headers, body, credentials: "include", ...options });
    return { status: answer.status, text: await answer.text() };
  } catch (error) {
    return { error: String(error) };
  }
}
