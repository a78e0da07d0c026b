import { urlParts } from '../../../recordings/hash/python-url.js';

/** What identifies a call to a reader. All text is untrusted. */
interface NamedCall {
  method: string;
  url: string;
}

/** Maximum number of characters of a name that a heading shows. */
export const NAME_LENGTH = 160;

/**
 * "POST api.openai.com/v1/chat/completions": method, host and path of a call, without user and query. Empty
 * for a call that is no HTTP request.
 */
export function nameCall(call: NamedCall): string {
  return joined(call.method, placeOf(call) || call.url);
}

/** "POST /v1/chat/completions": method and path of a call; its host where it has no path. */
export function nameCallBriefly(call: NamedCall): string {
  const { path } = urlParts(call.url);
  return path === '' || path === '/' ? nameCall(call) : joined(call.method, path);
}

/** Whether the name leaves out a part of the URL, other than `https://`. */
export function isNameShorter(call: NamedCall): boolean {
  return nameCall(call).length > NAME_LENGTH || call.url.replace(/^https?:\/\//, '') !== placeOf(call);
}

function placeOf({ url }: NamedCall): string {
  const { host, path } = urlParts(url);
  return `${host.slice(host.lastIndexOf('@') + 1)}${path}`;
}

function joined(method: string, place: string): string {
  return [method, place].filter((part) => part !== '').join(' ');
}
