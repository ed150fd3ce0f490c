/** What stands in the place of a secret. */
const hidden = '[redacted]';

/** In order; none of them takes more than linear time, whatever the text. */
const rules: readonly (readonly [secret: RegExp, instead: string])[] = [
  // -----BEGIN PRIVATE KEY----- …
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*-----|$)/g, hidden],
  // https://user:password@host
  [/:\/\/[^\s/?#]*@/g, `://${hidden}@`],
  // Authorization: …, "cookie":"…", to the end of the line or quotation
  [/((?:authorization|cookie)[\\"']{0,2}\s*[:=]\s*)(?:\\?"[^"\r\n]*"?|\\?'[^'\r\n]*'?|[^\r\n]+)/gi, `$1${hidden}`],
  // Bearer …
  [/\b(bearer|basic|digest)\s+[^\s"'\\,;]+/gi, `$1 ${hidden}`],
  // password=…, "clientSecret":"…", X-Api-Key: …
  [
    /((?:password|passwd|pwd|passphrase|secret|token|(?:api|access|secret|private|encryption)[-_ ]?key|credentials?|signature|session[-_ ]?id)[\\"']{0,2}\s*[:=]\s*)(?:\\?"[^"\r\n]*"?|\\?'[^'\r\n]*'?|[^\s"'&,;)}\]]+)/gi,
    `$1${hidden}`,
  ],
  // ?key=…&sig=…
  [/([?&](?:key|sig|auth)=)[^\s"'&#]+/gi, `$1${hidden}`],
  // JSON web tokens, and the keys of well-known services
  [/(?<![\w-])eyJ[\w-]{8,}\.[\w.-]+/g, hidden],
  [
    /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b|\bAIza[\w-]{30,}|\bgh[pousr]_\w{20,}|\bglpat-[\w-]{16,}|\bxox[a-z]-[\w-]{10,}|\b[rs]k[-_][\w-]{16,}/g,
    hidden,
  ],
];

/**
 * Takes secrets out of a text: authorization and cookie headers, bearer tokens, passwords in URLs, API keys, and everything that is
 * called password, token, secret or the like.
 */
export function redactSecrets(text: string): string {
  return rules.reduce((clean, [secret, instead]) => clean.replace(secret, instead), text);
}
