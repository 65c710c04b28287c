// What the page asks duplexd, with the token that it was told.

const KEY = "duplexd.token";
const PATIENCE_MS = 8000;

export class TokenNeeded extends Error {}
export class Refused extends Error {}

export const token = {
  get: () => sessionStorage.getItem(KEY) ?? "",
  keep: (text) => sessionStorage.setItem(KEY, text),
  forget: () => sessionStorage.removeItem(KEY),
};

/// Relative to the page, so that a proxy may show it under another path.
export async function ask(path) {
  const told = token.get();
  const answer = await fetch(`../${path}`, {
    headers: told ? { Authorization: `Bearer ${told}` } : {},
    cache: "no-store",
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  if (answer.status === 401) throw new TokenNeeded();
  if (!answer.ok) throw new Refused(`${path}: ${answer.status}`);
  return answer.json();
}
