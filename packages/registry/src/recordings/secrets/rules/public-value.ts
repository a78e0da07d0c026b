/**
 * Keys that their services put into every page or app, and that identify a project only: PostHog, Stripe,
 * Mapbox, Datadog, New Relic, Supabase, Clerk, reCAPTCHA.
 */
const PUBLIC_KEY =
  /^(?:phc_|pk_(?:live|test)_|pk\.eyJ|sb_publishable_|NRJS-|pub[0-9a-f]{32}$|6L[0-9A-Za-z_-]{38}$)/;

/** Address of Sentry in a page: `https://<32 hex digits>@<host>/<project>`. */
const SENTRY_ADDRESS = /^[0-9a-f]{32}@[A-Za-z0-9.-]{1,253}(?::\d{1,5})?\/\d{1,20}(?![\w/])/;

/** Parameters of public links. Google News signs each link to an article for anyone who follows it. */
const PUBLIC_PARAMETERS: ReadonlySet<string> = new Set(['gaa_sig', 'sentry_key', 'sitekey', 'site_key']);

/** Headers that a server sends to every browser. */
const PUBLIC_HEADER =
  /^(?:content-security-policy(?:-report-only)?|report-to|reporting-endpoints|nel|x-csp|expect-ct)$/i;

/** Whether a value in the place of a secret is a key that everyone may know. */
export function isPublicKey(value: string): boolean {
  return PUBLIC_KEY.test(value) || isAnonymousToken(value);
}

/** Whether the user information at the start of `text` belongs to an address of Sentry. */
export function isSentryAddress(text: string): boolean {
  return SENTRY_ADDRESS.test(text);
}

/** Whether the value of a URL parameter is public by its name. Lower case. */
export function isPublicParameter(name: string): boolean {
  return PUBLIC_PARAMETERS.has(name);
}

/** Whether a header is public by its name. */
export function isPublicHeader(name: string): boolean {
  return PUBLIC_HEADER.test(name);
}

/** A JSON web token of Supabase for visitors who did not log in: apps ship it. */
function isAnonymousToken(value: string): boolean {
  if (!value.startsWith('eyJ')) return false;
  const payload = Buffer.from(value.split('.')[1] ?? '', 'base64url').toString('latin1');
  return payload.includes('"role":"anon"');
}
