import { resolve } from 'node:path';
import { LOG_LEVELS, type LogLevel } from './doors/commands/log-level.js';
import { readSignIn } from './doors/commands/read-sign-in.js';
import type { Configuration } from './doors/commands/serve.js';
import { UsageError } from './doors/commands/usage-error.js';
import type { Protection } from './doors/limits/protection.js';
import type { ContentPlaces } from './store/blocks/open-block-store.js';
import type { ObjectLocation } from './store/blocks/s3-objects.js';
import { isAllowedEntry } from './trust/oidc/allowed-owners.js';
import { isSafe } from './trust/oidc/safe-address.js';
import { parseRepositoryName } from './vocabulary/repository.js';

/** Default rate limit of an identity. A matrix of 50 jobs makes a tenth of it. */
const REQUESTS_PER_MINUTE = 6_000;

/** Default timeout of the content store, in seconds. */
const STORE_TIMEOUT = 10;

/** Maximum lifetime of presigned download URLs, in seconds. */
const MAXIMUM_PRESIGN = 3_600;

/** Default seconds between two rounds of upkeep. */
const UPKEEP_INTERVAL = 600;

const GITHUB_ISSUER = 'https://token.actions.githubusercontent.com';

/**
 * Reads and validates the environment variables. Throws `UsageError`.
 * @param options `data` replaces `FIXTURE_REGISTRY_DATA`
 */
export function readConfiguration(
  environment: Record<string, string | undefined>,
  options: { data?: string } = {},
): Configuration {
  const get = (name: string) => environment[name]?.trim() || null;
  const url = get('DATABASE_URL');
  if (url !== null && !/^postgres(ql)?:\/\//.test(url)) {
    // The message does not contain the value: it can contain a password.
    throw new UsageError('DATABASE_URL must begin with postgres://; unset it to use the embedded database');
  }
  if (url !== null && !URL.canParse(url.replace(/(:\/\/(?:[^/?]*@)?[^/?,]*),[^/?]*/, '$1'))) {
    throw new UsageError(
      'DATABASE_URL is not a valid address: it must be postgres://user:password@host:port/name, with special ' +
        'characters of the user and the password as %XX (/ is %2F, @ is %40)',
    );
  }
  const data = options.data?.trim() ?? null;
  if (data === '') throw new UsageError('--data must be a directory, not an empty text');
  if (data !== null && url !== null) {
    throw new UsageError(
      '--data is the directory of the embedded database, but DATABASE_URL selects Postgres: use one of them',
    );
  }
  const replicaUrl = get('DATABASE_REPLICA_URL');
  if (replicaUrl !== null && (url === null || !/^postgres(ql)?:\/\//.test(replicaUrl))) {
    throw new UsageError(
      'DATABASE_REPLICA_URL must begin with postgres:// and requires DATABASE_URL, its primary',
    );
  }
  const publicUrl = get('FIXTURE_REGISTRY_PUBLIC_URL');
  if (publicUrl !== null && !/^https?:\/\/[^/?#]+(\/[^?#]*)?$/.test(publicUrl)) {
    throw new UsageError(`FIXTURE_REGISTRY_PUBLIC_URL must be an http or https address, not "${publicUrl}"`);
  }
  const adminToken = readSecret('FIXTURE_REGISTRY_ADMIN_TOKEN', get);
  const oidc = readOidc(get);
  return {
    database:
      url === null
        ? { directory: resolve(data ?? get('FIXTURE_REGISTRY_DATA') ?? '.fixture-registry') }
        : { url, replicaUrl },
    content: readContent(get),
    publicUrl: publicUrl?.replace(/\/+$/, '') ?? null,
    adminToken,
    oidc,
    signIn: readSignIn(get, oidc.issuer),
    protection: readProtection(get),
    metrics: readMetrics(get),
    logLevel: readLogLevel(get),
    upkeep: readUpkeep(get),
    traces: get('OTEL_EXPORTER_OTLP_ENDPOINT') ? { serviceName: get('OTEL_SERVICE_NAME') } : null,
  };
}

function readSecret(name: string, get: (name: string) => string | null): string | null {
  const secret = get(name);
  if (secret === null || (secret.length >= 16 && !/\s/.test(secret))) return secret;
  throw new UsageError(`${name} must have 16 characters or more, without spaces`);
}

function readMetrics(get: (name: string) => string | null): Configuration['metrics'] {
  const [portName, hostName] = ['FIXTURE_REGISTRY_METRICS_PORT', 'FIXTURE_REGISTRY_METRICS_HOST'];
  const [port, host] = [get(portName), get(hostName)];
  if (port !== null && !(/^\d{1,5}$/.test(port) && Number(port) <= 65_535)) {
    throw new UsageError(`${portName} must be a port from 0 to 65535, not "${port}"; 0 selects a free one`);
  }
  if (host !== null && port === null) throw new UsageError(`${hostName} requires ${portName}`);
  return {
    token: readSecret('FIXTURE_REGISTRY_METRICS_TOKEN', get),
    port: port === null ? null : Number(port),
    host,
  };
}

function readLogLevel(get: (name: string) => string | null): LogLevel {
  const level = get('FIXTURE_REGISTRY_LOG_LEVEL') ?? 'info';
  const known = LOG_LEVELS.find((each) => each === level);
  if (known) return known;
  throw new UsageError(`FIXTURE_REGISTRY_LOG_LEVEL must be ${LOG_LEVELS.join(', ')}, not "${level}"`);
}

/** Seconds between two rounds of upkeep; null: off. */
function readUpkeep(get: (name: string) => string | null): number | null {
  const name = 'FIXTURE_REGISTRY_UPKEEP';
  const value = get(name);
  if (value === 'off') return null;
  const seconds = value === null ? UPKEEP_INTERVAL : Number(value);
  if (Number.isInteger(seconds) && seconds >= 1 && seconds <= 86_400) return seconds;
  throw new UsageError(
    `${name} must be the seconds between two rounds, from 1 to 86400, or off, not "${value}"`,
  );
}

function readContent(get: (name: string) => string | null): ContentPlaces {
  const [name, nameBefore] = ['FIXTURE_REGISTRY_CONTENT', 'FIXTURE_REGISTRY_CONTENT_BEFORE'];
  const now = readBucket(name, get(name));
  const before = readBucket(nameBefore, get(nameBefore));
  if (now !== null && now.bucket === before?.bucket && now.prefix === before.prefix) {
    throw new UsageError(
      `${nameBefore} and ${name} are the same store: set ${nameBefore} to the store that was used ` +
        'before, or unset it',
    );
  }
  const access = readAccess(get);
  return { now: now && { ...now, ...access }, before: before && { ...before, ...access } };
}

function readBucket(name: string, content: string | null): Pick<ObjectLocation, 'bucket' | 'prefix'> | null {
  if (content === null || content === 'database') return null;
  const [, bucket, path = ''] =
    /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])((?:\/[A-Za-z0-9!_.*'()-]+)*)\/*$/.exec(content) ?? [];
  const prefix = path.slice(1);
  if (bucket === undefined || prefix.split('/').some((part) => part === '.' || part === '..')) {
    throw new UsageError(
      `${name} must be s3://bucket or s3://bucket/prefix, not "${content}"; unset it to use the database`,
    );
  }
  return { bucket, prefix };
}

function readAccess(get: (name: string) => string | null): Omit<ObjectLocation, 'bucket' | 'prefix'> {
  const endpoint = get('FIXTURE_REGISTRY_S3_ENDPOINT');
  if (endpoint !== null && !/^https?:\/\/[^/?#@]+\/?$/.test(endpoint)) {
    // The message does not contain the value: it can contain a password.
    throw new UsageError(
      'FIXTURE_REGISTRY_S3_ENDPOINT must be an http or https address such as ' +
        'https://minio.example.com:9000, without a path or credentials',
    );
  }
  const pathStyle = get('FIXTURE_REGISTRY_S3_PATH_STYLE') ?? 'false';
  if (pathStyle !== 'true' && pathStyle !== 'false') {
    throw new UsageError(`FIXTURE_REGISTRY_S3_PATH_STYLE must be true or false, not "${pathStyle}"`);
  }
  const region = get('FIXTURE_REGISTRY_S3_REGION');
  if (region !== null && !/^[a-z0-9-]{1,40}$/i.test(region)) {
    throw new UsageError(`FIXTURE_REGISTRY_S3_REGION must be a name such as eu-central-1, not "${region}"`);
  }
  const timeout = get('FIXTURE_REGISTRY_S3_TIMEOUT') ?? String(STORE_TIMEOUT);
  if (!/^[1-9]\d{0,2}$/.test(timeout)) {
    throw new UsageError(
      `FIXTURE_REGISTRY_S3_TIMEOUT must be a number of seconds from 1 to 999, not "${timeout}"`,
    );
  }
  const presign = get('FIXTURE_REGISTRY_CONTENT_PRESIGN');
  if (presign !== null && !(/^[1-9]\d{1,3}$/.test(presign) && Number(presign) <= MAXIMUM_PRESIGN)) {
    throw new UsageError(
      `FIXTURE_REGISTRY_CONTENT_PRESIGN must be a number of seconds from 10 to ${MAXIMUM_PRESIGN}, not ` +
        `"${presign}"; unset it to send all contents through the registry`,
    );
  }
  return {
    endpoint,
    pathStyle: pathStyle === 'true',
    region,
    timeout: Number(timeout),
    presign: presign === null ? null : Number(presign),
  };
}

function readOidc(get: (name: string) => string | null): Configuration['oidc'] {
  const issuer = (get('FIXTURE_REGISTRY_OIDC_ISSUER') ?? GITHUB_ISSUER).replace(/\/+$/, '');
  if (!URL.canParse(issuer) || !isSafe(new URL(issuer))) {
    throw new UsageError(
      `FIXTURE_REGISTRY_OIDC_ISSUER must be an https address (or http on localhost), not "${issuer}"`,
    );
  }
  const allow = (get('FIXTURE_REGISTRY_OIDC_ALLOW') ?? '').split(',').map((each) => each.trim());
  const entries = allow.filter((each) => each !== '');
  for (const entry of entries) {
    // Patterns are not supported, so one must not be accepted silently.
    if (!isAllowedEntry(entry)) {
      throw new UsageError(
        'FIXTURE_REGISTRY_OIDC_ALLOW must be a comma-separated list of owner, owner#id (acme#65) or ' +
          `owner/name; "${entry}" is none of these`,
      );
    }
  }
  return {
    issuer,
    audience: get('FIXTURE_REGISTRY_OIDC_AUDIENCE')?.replace(/\/+$/, '') ?? null,
    allow: entries,
  };
}

function readProtection(get: (name: string) => string | null): Protection {
  const introspection = get('FIXTURE_REGISTRY_INTROSPECTION') ?? 'all';
  if (introspection !== 'all' && introspection !== 'authenticated') {
    throw new UsageError(
      `FIXTURE_REGISTRY_INTROSPECTION must be all or authenticated, not "${introspection}"`,
    );
  }
  const count = (name: string, fallback: number, maximum: number) => {
    const text = get(name) ?? String(fallback);
    if (/^\d{1,9}$/.test(text) && Number(text) <= maximum) return Number(text);
    throw new UsageError(`${name} must be a number from 0 to ${maximum}, not "${text}"`);
  };
  return {
    trustedProxies: count('FIXTURE_REGISTRY_TRUSTED_PROXIES', 0, 10),
    requestsPerMinute: count('FIXTURE_REGISTRY_RATE_LIMIT', REQUESTS_PER_MINUTE, 1_000_000),
    introspection,
  };
}

/** Parses a time span such as `90d`, `12h` or `30m`. Returns milliseconds. Throws `UsageError`. */
export function parseTimeSpan(text: string): number {
  const match = /^(\d{1,5})([mhdw])$/.exec(text);
  const amount = Number(match?.[1]);
  if (!match || amount === 0) {
    throw new UsageError(`"${text}" is not a time span: use a number with m, h, d or w, such as 90d`);
  }
  const minutes = { m: 1, h: 60, d: 1_440, w: 10_080 }[match[2] as 'm' | 'h' | 'd' | 'w'];
  return amount * minutes * 60_000;
}

/** Parses `owner/name`. Throws `UsageError`. */
export function requireRepositoryName(fullName: string): { owner: string; name: string } {
  const parsed = parseRepositoryName(fullName);
  if (!parsed) throw new UsageError(`"${fullName}" is not a repository: use owner/name`);
  return parsed;
}
