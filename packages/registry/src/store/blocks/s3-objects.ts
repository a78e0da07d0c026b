import type { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { LRUCache } from 'lru-cache';
import { BlockStoreError, damaged } from './block-store-error.js';
import type { ListedObject, ObjectStore } from './object-store.js';
import { explainS3Failure, isMissing } from './s3-failure.js';

/**
 * A bucket and its address. The SDK finds the credentials: in the environment, in files, or from the
 * machine's role.
 */
export interface ObjectLocation {
  bucket: string;
  /** Without a leading or trailing slash; empty for the whole bucket. */
  prefix: string;
  /** Null: Amazon S3. */
  endpoint: string | null;
  pathStyle: boolean;
  /** Null: as the SDK finds it. */
  region: string | null;
  /** Seconds without data after which the store counts as down. */
  timeout: number;
  /** The lifetime of presigned URLs, in seconds; null: disabled. */
  presign: number | null;
}

/** Seconds to establish a connection. */
const CONNECT_TIMEOUT = 3;
/** The minimum rate of a transfer in bytes per second, in addition to the timeout. */
const SLOWEST = 256 * 1024;
/** Attempts per request. */
const TRIES = 3;
/** The number of cached presigned URLs: jobs that pull the same snapshot get the same ones. */
const CACHED_URLS = 20_000;
/** The limit of S3 for one delete request. */
const DELETED_AT_ONCE = 1_000;

/** Opens an S3 store. Loads Amazon's SDK only here, so that a registry without a bucket does not load it. */
export async function openS3(location: ObjectLocation): Promise<ObjectStore> {
  const sdk = await import('@aws-sdk/client-s3');
  const { bucket, prefix, timeout } = location;
  const client: S3Client = new sdk.S3Client({
    ...(location.endpoint !== null && { endpoint: location.endpoint }),
    // Other S3-compatible servers require some region, and most accept any.
    ...regionOf(location),
    forcePathStyle: location.pathStyle,
    // Many S3-compatible servers do not support the SDK's newer checksums.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    maxAttempts: TRIES,
    requestHandler: {
      connectionTimeout: CONNECT_TIMEOUT * 1_000,
      socketTimeout: timeout * 1_000,
      httpAgent: { keepAlive: true, maxSockets: 64 },
      httpsAgent: { keepAlive: true, maxSockets: 64 },
    },
  });
  const at = (key: string) => ({ Bucket: bucket, Key: prefix === '' ? key : `${prefix}/${key}` });
  const deadline = (bytes: number) => ({
    abortSignal: AbortSignal.timeout(1_000 * (TRIES * timeout + Math.ceil(bytes / SLOWEST))),
  });

  return {
    location: `s3://${bucket}${prefix === '' ? '' : `/${prefix}`}`,
    put: (key, bytes) =>
      explained('store contents', async () => {
        const body = {
          Body: bytes,
          ContentLength: bytes.byteLength,
          ContentType: 'application/octet-stream',
        };
        await client.send(new sdk.PutObjectCommand({ ...at(key), ...body }), deadline(bytes.byteLength));
      }),
    get: (key, size) =>
      explained('read contents', async () => {
        for (let tries = 1; ; tries++) {
          const answer = await client
            .send(new sdk.GetObjectCommand(at(key)), deadline(size))
            .catch(orMissing);
          if (answer === null) return null;
          try {
            const bytes = await answer.Body?.transformToByteArray();
            if (bytes?.byteLength === size) return bytes;
            throw damaged(`object ${key}`, { expected: size, got: bytes?.byteLength ?? 0 });
          } catch (error) {
            // The SDK retries only failures before the first byte; this loop retries interrupted bodies.
            if (tries === TRIES) throw error;
          }
        }
      }),
    addressOf: await signer(client, location, (key) => new sdk.GetObjectCommand(at(key))),
    delete: async (keys) => {
      let keepsVersions = false;
      for (let start = 0; start < keys.length; start += DELETED_AT_ONCE) {
        const objects = keys.slice(start, start + DELETED_AT_ONCE).map((key) => ({ Key: at(key).Key }));
        const answer = await explained('remove contents', () =>
          client.send(
            new sdk.DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects: objects } }),
            deadline(0),
          ),
        );
        keepsVersions ||= (answer.Deleted ?? []).some(({ DeleteMarker }) => DeleteMarker === true);
        const [error] = answer.Errors ?? [];
        if (error) {
          const cause = new Error(`${error.Code}: ${error.Message} (${error.Key})`);
          throw new BlockStoreError('the content store refuses to remove contents', {
            passing: false,
            cause,
          });
        }
      }
      return { keepsVersions };
    },
    list: (folder, after) =>
      explained('list contents', async () => {
        const start = after === null ? {} : { StartAfter: at(after).Key };
        const page = { Bucket: bucket, Prefix: `${at(folder).Key}/`, ...start };
        const answer = await client.send(new sdk.ListObjectsV2Command(page), deadline(0));
        const objects = (answer.Contents ?? []).flatMap(({ Key, Size, LastModified }): ListedObject[] =>
          Key === undefined || LastModified === undefined
            ? []
            : [
                {
                  key: prefix === '' ? Key : Key.slice(prefix.length + 1),
                  bytes: Size ?? 0,
                  writtenAt: LastModified,
                },
              ],
        );
        return { objects, next: answer.IsTruncated === true ? (objects.at(-1)?.key ?? null) : null };
      }),
    check: () =>
      explained('answer', async () => {
        const soon = AbortSignal.timeout((CONNECT_TIMEOUT + timeout) * 1_000);
        await client.send(new sdk.HeadBucketCommand({ Bucket: bucket }), { abortSignal: soon });
      }),
  };
}

/**
 * Creates presigned URLs, and reuses each for half of its lifetime: signing costs half as much as fetching
 * the object, and a thousand jobs may pull the same objects.
 */
async function signer(
  client: S3Client,
  { presign }: ObjectLocation,
  toGet: (key: string) => GetObjectCommand,
): Promise<(key: string) => Promise<string | null>> {
  if (presign === null) return async () => null;
  const { getSignedUrl } = await import('@aws-sdk/s3-request-presigner');
  const urls = new LRUCache<string, string>({ max: CACHED_URLS, ttl: (presign * 1_000) / 2 });
  return (key) =>
    explained('presign downloads', async () => {
      const known = urls.get(key);
      if (known !== undefined) return known;
      const address = await getSignedUrl(client, toGet(key), { expiresIn: presign });
      urls.set(key, address);
      return address;
    });
}

function regionOf({ region, endpoint }: ObjectLocation): { region?: string } {
  if (region !== null) return { region };
  const named = process.env['AWS_REGION'] ?? process.env['AWS_DEFAULT_REGION'];
  return endpoint !== null && named === undefined ? { region: 'us-east-1' } : {};
}

function orMissing(error: unknown): null {
  if (isMissing(error)) return null;
  throw error;
}

async function explained<Result>(what: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw explainS3Failure(what, error) ?? error;
  }
}
