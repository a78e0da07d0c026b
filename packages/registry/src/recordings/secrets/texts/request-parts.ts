import type { Step } from './walk-texts.js';

/** Fields of the formats that hold a response, or what a tool returned. */
const RESPONSE =
  /^(?:responses?|response_?(?:body|headers|sample)|answer|outputs?|results?|std(?:out|err)|body_?string)$/i;
/** Fields of the formats that hold a body. */
const BODY =
  /^(?:(?:parsed_|request_?)?body|string|base64_string|post_?data|contents?|text|messages|form|data)$/i;
const HEADERS = /headers$/i;

/** Fields below a body that wrap it. */
const WRAPPER = /^(?:string|text|params|fields|value)$/i;

/** A form: `grant_type=client_credentials&client_secret=…`. */
const FORM = /^[\w.-]{1,64}=[^\s&]*(?:&[\w.-]{1,64}=[^\s&]*)+$/;

/** What a path says about a text in a recording. */
export type Part = 'HEADERS' | 'PARAMETERS' | 'CONTENT' | 'OTHER';

/**
 * The part of a recording at a path. What a client sends as its own is `HEADERS` and `PARAMETERS`: fields of a
 * request's body that are not nested, and forms. `CONTENT` is what models, users and tools write. Anything else,
 * such as an address or a file of an unknown format, is `OTHER`.
 * @param text the text at the path; empty for a nested one
 */
export function partAt(steps: readonly Step[], text: string): Part {
  const names = steps.filter((step) => typeof step === 'string');
  if (names.some((name) => RESPONSE.test(name))) return 'CONTENT';
  const body = names.findIndex((name) => BODY.test(name));
  if (body < 0) return names.some((name) => HEADERS.test(name)) ? 'HEADERS' : 'OTHER';
  const below = names.slice(body + 1).filter((name) => !WRAPPER.test(name));
  if (below.some((name) => HEADERS.test(name))) return 'HEADERS';
  return below.length === 1 || (below.length === 0 && FORM.test(text)) ? 'PARAMETERS' : 'CONTENT';
}
