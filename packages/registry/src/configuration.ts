import { resolve } from 'node:path';
import { isAllowedEntry } from './access/oidc/allowed-owners.js';
import { isSafe } from './access/oidc/safe-address.js';
import type { OidcSettings } from './access/oidc/workflow-authenticator.js';
import type { ContentPlaces } from './blocks/open-block-store.js';
import type { ObjectLocation } from './blocks/s3-objects.js';
import type { DatabaseLocation } from './database/connect.js';
import type { Protection } from './http/protection.js';
import { parseRepositoryName } from './repositories/repository.js';

/** Requests that one identity may make in a minute when nothing else is said: a matrix of 50 jobs makes a tenth of it. */
const REQUESTS_PER_MINUTE = 6_000;

/** Seconds without a sign of life after which a store of contents counts as down. */
const STORE_TIMEOUT = 10;

/** Seconds for which an address of a block may be good. */
const LONGEST_ADDRESS = 3_600;

/** What the environment says; see the table in docs/self-hosting.md. */
export interface Configuration {
  database: DatabaseLocation;
  content: ContentPlaces;
  /** Null: the address that the server listens on. Without a slash at its end. */
  publicUrl: string | null;
  adminToken: string | null;
  /** Whose workflows are known by their OIDC tokens; an audience of null is the public URL. */
  oidc: Omit<OidcSettings, 'audience'> & { audience: string | null };
  protection: Protection;
  /** Where OpenTelemetry's exporter sends traces it reads itself; null: none are made. */
  traces: { serviceName: string | null } | null;
}

const GITHUB_ISSUER = 'https://token.actions.githubusercontent.com';

/** Something in the environment or on the command line is wrong: the message says what, and what to do. */
export class UsageError extends Error {}

/** Reads and checks the environment. Throws `UsageError`. */
export function readConfiguration(environment: Record<string, string | undefined>): Configuration {
  const get = (name: string) => environment[name]?.trim() || null;
  const url = get('DATABASE_URL');
  if (url !== null && !/^postgres(ql)?:\/\//.test(url)) {
    // The value is not shown: it may hold a password.
    throw new UsageError(
      'DATABASE_URL must begin with postgres://; leave it out to use the embedded database',
    );
  }
  const replicaUrl = get('DATABASE_REPLICA_URL');
  if (replicaUrl !== null && (url === null || !/^postgres(ql)?:\/\//.test(replicaUrl))) {
    throw new UsageError(
      'DATABASE_REPLICA_URL must begin with postgres:// and needs DATABASE_URL, the server that it follows',
    );
  }
  const publicUrl = get('FIXTURE_REGISTRY_PUBLIC_URL');
  if (publicUrl !== null && !/^https?:\/\/[^/?#]+(\/[^?#]*)?$/.test(publicUrl)) {
    throw new UsageError(`FIXTURE_REGISTRY_PUBLIC_URL must be an http or https address, not "${publicUrl}"`);
  }
  const adminToken = get('FIXTURE_REGISTRY_ADMIN_TOKEN');
  if (adminToken !== null && (adminToken.length < 16 || /\s/.test(adminToken))) {
    throw new UsageError(
      'FIXTURE_REGISTRY_ADMIN_TOKEN must have 16 characters or more, none of them a space',
    );
  }
  return {
    database:
      url === null
        ? { directory: resolve(get('FIXTURE_REGISTRY_DATA') ?? '.fixture-registry') }
        : { url, replicaUrl },
    content: readContent(get),
    publicUrl: publicUrl?.replace(/\/+$/, '') ?? null,
    adminToken,
    oidc: readOidc(get),
    protection: readProtection(get),
    traces: get('OTEL_EXPORTER_OTLP_ENDPOINT') ? { serviceName: get('OTEL_SERVICE_NAME') } : null,
  };
}

function readContent(get: (name: string) => string | null): ContentPlaces {
  const [name, nameBefore] = ['FIXTURE_REGISTRY_CONTENT', 'FIXTURE_REGISTRY_CONTENT_BEFORE'];
  const now = readBucket(name, get('FIXTURE_REGISTRY_CONTENT'));
  const before = readBucket(nameBefore, get('FIXTURE_REGISTRY_CONTENT_BEFORE'));
  if (now !== null && now.bucket === before?.bucket && now.prefix === before.prefix) {
    throw new UsageError(
      `${nameBefore} names the place where contents go now, as ${name} does: name the one where they went before, or leave it out`,
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
      `${name} must be s3://bucket or s3://bucket/prefix, not "${content}"; leave it out for the database`,
    );
  }
  return { bucket, prefix };
}

function readAccess(get: (name: string) => string | null): Omit<ObjectLocation, 'bucket' | 'prefix'> {
  const endpoint = get('FIXTURE_REGISTRY_S3_ENDPOINT');
  if (endpoint !== null && !/^https?:\/\/[^/?#@]+\/?$/.test(endpoint)) {
    // The value is not shown: it may hold a password.
    throw new UsageError(
      'FIXTURE_REGISTRY_S3_ENDPOINT must be an http or https address such as https://minio.example.com:9000, without a path or credentials',
    );
  }
  const pathStyle = get('FIXTURE_REGISTRY_S3_PATH_STYLE') ?? 'false';
  if (pathStyle !== 'true' && pathStyle !== 'false') {
    throw new UsageError(`FIXTURE_REGISTRY_S3_PATH_STYLE is true or false, not "${pathStyle}"`);
  }
  const region = get('FIXTURE_REGISTRY_S3_REGION');
  if (region !== null && !/^[a-z0-9-]{1,40}$/i.test(region)) {
    throw new UsageError(`FIXTURE_REGISTRY_S3_REGION is a name such as eu-central-1, not "${region}"`);
  }
  const timeout = get('FIXTURE_REGISTRY_S3_TIMEOUT') ?? String(STORE_TIMEOUT);
  if (!/^[1-9]\d{0,2}$/.test(timeout)) {
    throw new UsageError(
      `FIXTURE_REGISTRY_S3_TIMEOUT is a number of seconds from 1 to 999, not "${timeout}"`,
    );
  }
  const presign = get('FIXTURE_REGISTRY_CONTENT_PRESIGN');
  if (presign !== null && !(/^[1-9]\d{1,3}$/.test(presign) && Number(presign) <= LONGEST_ADDRESS)) {
    throw new UsageError(
      `FIXTURE_REGISTRY_CONTENT_PRESIGN is a number of seconds from 10 to ${LONGEST_ADDRESS}, not "${presign}"; leave it out to send all contents through the registry`,
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
      `FIXTURE_REGISTRY_OIDC_ISSUER must be an https address (http only on this machine), not "${issuer}"`,
    );
  }
  const allow = (get('FIXTURE_REGISTRY_OIDC_ALLOW') ?? '').split(',').map((each) => each.trim());
  const named = allow.filter((each) => each !== '');
  for (const each of named) {
    // A pattern would look as if it meant something.
    if (!isAllowedEntry(each)) {
      throw new UsageError(
        `FIXTURE_REGISTRY_OIDC_ALLOW names owners or owner/name, with commas between them, an owner also with its number (acme#65); "${each}" is neither`,
      );
    }
  }
  return {
    issuer,
    audience: get('FIXTURE_REGISTRY_OIDC_AUDIENCE')?.replace(/\/+$/, '') ?? null,
    allow: named,
  };
}

function readProtection(get: (name: string) => string | null): Protection {
  const introspection = get('FIXTURE_REGISTRY_INTROSPECTION') ?? 'all';
  if (introspection !== 'all' && introspection !== 'authenticated') {
    throw new UsageError(`FIXTURE_REGISTRY_INTROSPECTION is all or authenticated, not "${introspection}"`);
  }
  const count = (name: string, standard: number, most: number) => {
    const text = get(name) ?? String(standard);
    if (/^\d{1,9}$/.test(text) && Number(text) <= most) return Number(text);
    throw new UsageError(`${name} is a number from 0 to ${most}, not "${text}"`);
  };
  return {
    trustedProxies: count('FIXTURE_REGISTRY_TRUSTED_PROXIES', 0, 10),
    requestsPerMinute: count('FIXTURE_REGISTRY_RATE_LIMIT', REQUESTS_PER_MINUTE, 1_000_000),
    introspection,
  };
}

/** Reads a time span such as `90d`, `12h` or `30m`, in milliseconds. Throws `UsageError`. */
export function parseTimeSpan(text: string): number {
  const match = /^(\d{1,5})([mhdw])$/.exec(text);
  const amount = Number(match?.[1]);
  if (!match || amount === 0) {
    throw new UsageError(`"${text}" is no time span: write a number with m, h, d or w, such as 90d`);
  }
  const minutes = { m: 1, h: 60, d: 1_440, w: 10_080 }[match[2] as 'm' | 'h' | 'd' | 'w'];
  return amount * minutes * 60_000;
}

/** Reads `owner/name`. Throws `UsageError`. */
export function requireRepositoryName(fullName: string): { owner: string; name: string } {
  const parsed = parseRepositoryName(fullName);
  if (!parsed) throw new UsageError(`"${fullName}" is no repository: write owner/name`);
  return parsed;
}
