import { hkdfSync } from 'node:crypto';
import { EncryptJWT, errors, jwtDecrypt } from 'jose';

/** Encrypts values into cookies that only this registry can read or make, until they expire. */
export interface Seal<Value> {
  /** @param lifetime in seconds */
  close(value: Value, lifetime: number): Promise<string>;
  /** Null when the text is expired, changed, or sealed for another purpose or with another secret. */
  open(sealed: string): Promise<Value | null>;
}

/** Cookies up to this length are decrypted; browsers keep at most 4,096 bytes. */
const LONGEST = 4_096;

const ENCRYPTION = { alg: 'dir', enc: 'A256GCM' } as const;

/**
 * All processes derive the same key, because they have the same client secret. Another client secret ends
 * all sessions.
 * @param purpose each purpose has its own key, so that one cookie cannot be used as another
 */
export function makeSeal<Value extends object>(
  { clientId, clientSecret }: { clientId: string; clientSecret: string },
  purpose: string,
): Seal<Value> {
  const key = new Uint8Array(
    hkdfSync('sha256', clientSecret, clientId, `fixture-registry ${purpose} v1`, 32),
  );
  return {
    close: (value, lifetime) =>
      new EncryptJWT({ value })
        .setProtectedHeader(ENCRYPTION)
        .setExpirationTime(`${lifetime} seconds`)
        .encrypt(key),
    open: async (sealed) => {
      if (sealed.length > LONGEST) return null;
      try {
        const { payload } = await jwtDecrypt<{ value: Value }>(sealed, key, {
          keyManagementAlgorithms: [ENCRYPTION.alg],
          contentEncryptionAlgorithms: [ENCRYPTION.enc],
          requiredClaims: ['exp', 'value'],
        });
        return payload.value;
      } catch (error) {
        if (error instanceof errors.JOSEError) return null;
        throw error;
      }
    },
  };
}
