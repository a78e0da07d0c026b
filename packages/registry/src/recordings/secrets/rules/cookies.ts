import type { Hit } from './hit.js';
import { isPlaceholder, looksRandom } from './placeholder.js';

/** Attributes of a cookie, which are no values. */
const ATTRIBUTE = /^(?:path|domain|expires|max-age|samesite|priority|version|comment)$/i;

/**
 * Cookies that balance load, tell people from bots, or count visitors. They identify a connection or a browser,
 * never an account: Cloudflare, AWS, Google, Azure, Entra, Akamai, Imperva, Alibaba, Huawei, DataDome, analytics.
 */
const INFRASTRUCTURE = new RegExp(
  `^(?:${[
    '__cf_bm|_cfuvid|__cfl?b|__cfduid|__cfruid|__cfseq|__cfwaitingroom|cf_clearance|cf_ob_info|cf_use_ob',
    'awsalb(?:tg|app-\\d)?(?:cors)?|awselb(?:cors)?|aws-waf-token|gclb|gaesa|goog_pem_mod|arraffinity(?:samesite)?',
    'applicationgatewayaffinity(?:cors)?|tipmix|x-ms-routing-name|x-ms-gateway-slice|stsservicecookie|fpc|buid|esctx.*',
    'ak_bmsc|bm_(?:sz|sv|mi|so|lso|s)|_abck|visid_incap_.*|incap_ses_.*|nlbi_.*|reese84|datadome|acw_tc|acw_sc__v2',
    'aliyungf_tc|ssxmod_itna2?|hwwafses(?:id|time)|bigipserver.*|ts[0-9a-f]{6,10}|route|serverid|lb|_dd_s|_px(?:hd|vid|3|2)',
    '_ga(?:_.*)?|_gid|_gat.*|_gcl_.*|__utm[a-z]{1,2}|_fbp|_fbc|_hj.*|_pk_(?:id|ses).*|ajs_anonymous_id|amplitude_id.*',
    'mp_.*_mixpanel|ph_phc_.*_posthog|optimizely.*|_clck|_clsk|_uet[sv]id|muid.*|_ym_(?:uid|d)|nid|aec|ysc|visitor_.*',
    '(?:__secure-)?enid|socs|consent|__secure-rollout_token|personalization_id|datr|edgebucket|loid|bcookie|lidc|li_gc',
    'hubspotutk|__hs.*|intercom-(?:device-)?id.*|_mkto_trk|_ttp|_scid|__stripe_[ms]id|_vwo.*|rl_.*anonymous_id|_dd_.*',
    'akacd_.*|akaas_.*|akaalb_.*|aka_a2|rt|.*_anonymous_id|cookieconsent.*|euconsent.*|usprivacy|cna|srv_id',
    'optanon.*|onetrust.*|wmf-.*|geoip|networkprobelimit|_octo|guest_id.*|vmidv1|anonymous[-_]?(?:user)?[-_]?id',
  ].join('|')})$`,
  'i',
);

/** Names of cookies that stand for an account. */
const SESSION = /sess|^_?sid|sid$|auth|token|jwt|login|logged|remember|credential|secret|passw|api[-_]?key/i;
/** A cookie against forged requests is worth nothing without the session that it belongs to. */
const AGAINST_FORGERY = /csrf|xsrf|^ct0$/i;

/** A UUID, or digits with separators: the id of a visitor, or a time. */
const VISITOR =
  /^(?:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[\d.:_-]+|\d{4}-\d{2}-\d{2}T[\d:.Z+-]+)$/i;

const SHORTEST = 8;
const SHORTEST_UNKNOWN = 16;

/**
 * The secret in the value of a `cookie` or `set-cookie` header: the first certain one, else the first possible
 * one; null without any.
 */
export function matchCookies(kind: string, header: string): Hit | null {
  let possible: Hit | null = null;
  for (const pair of header.matchAll(/(?<=^|[;,]\s*)([^=;,\s]{1,100})=([^;,\s]{8,})/g)) {
    const [, name = '', value = ''] = pair;
    const evidence = judgeCookie(name, value);
    if (evidence === 'NONE') continue;
    const end = pair.index + pair[0].length;
    if (evidence === 'STRONG') return { kind, start: end - value.length, end };
    possible ??= { kind, start: end - value.length, end, evidence };
  }
  return possible;
}

/** The secret in a cookie that a format records as a name and a value; null when it is none. */
export function matchCookie(name: string, value: string): Hit | null {
  const evidence = judgeCookie(name, value);
  if (evidence === 'NONE') return null;
  const hit = { kind: 'header cookie', start: 0, end: value.length };
  return evidence === 'WEAK' ? { ...hit, evidence } : hit;
}

/** What a cookie proves by its name and value. */
function judgeCookie(name: string, value: string): 'STRONG' | 'WEAK' | 'NONE' {
  if (value.length < SHORTEST || ATTRIBUTE.test(name) || INFRASTRUCTURE.test(name)) return 'NONE';
  if (isPlaceholder(value)) return 'NONE';
  if (AGAINST_FORGERY.test(name)) return 'WEAK';
  if (SESSION.test(name)) return 'STRONG';
  if (VISITOR.test(value)) return value.length >= SHORTEST_UNKNOWN ? 'WEAK' : 'NONE';
  if (looksRandom(value)) return 'STRONG';
  return value.length >= SHORTEST_UNKNOWN && /[a-z]/.test(value) && /[A-Z]/.test(value) ? 'WEAK' : 'NONE';
}
