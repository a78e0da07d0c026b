import {
  AuthorizationResponseError,
  type AuthorizationServer,
  allowInsecureRequests,
  authorizationCodeGrantRequest,
  ClientSecretPost,
  calculatePKCECodeChallenge,
  customFetch,
  generateRandomCodeVerifier,
  generateRandomState,
  OperationProcessingError,
  processAuthorizationCodeResponse,
  ResponseBodyError,
  UnsupportedOperationError,
  validateAuthResponse,
} from 'oauth4webapi';
import { storableText } from '../../recordings/reading/storable-text.js';
import { fetchGitHub } from './fetch-github.js';

/** The OAuth app, or GitHub App, of this registry. */
export interface GitHubApp {
  /** The address of GitHub, without a trailing slash. */
  server: string;
  clientId: string;
  clientSecret: string;
}

/** The secrets of one sign-in, which stay with the browser that began it. */
export interface FlowSecrets {
  state: string;
  verifier: string;
}

/**
 * An OAuth app needs this scope to see private repositories. GitHub Apps ignore it: their permissions are
 * those of the app.
 */
const SCOPE = 'repo';

/** GitHub's OAuth web flow, with state and PKCE. */
export function webFlow({ server, clientId, clientSecret }: GitHubApp, redirectUri: string) {
  const endpoints: AuthorizationServer = {
    issuer: `${server}/login/oauth`,
    authorization_endpoint: `${server}/login/oauth/authorize`,
    token_endpoint: `${server}/login/oauth/access_token`,
  };
  const client = { client_id: clientId };
  const options = {
    [customFetch]: fetchGitHub as never,
    [allowInsecureRequests]: server.startsWith('http:'),
  };
  return {
    /** The address at GitHub to which the browser is sent, and the secrets of this sign-in. */
    begin: async (): Promise<{ address: string; secrets: FlowSecrets }> => {
      const secrets = { state: generateRandomState(), verifier: generateRandomCodeVerifier() };
      const query = new URLSearchParams({
        response_type: 'code',
        client_id: clientId,
        redirect_uri: redirectUri,
        scope: SCOPE,
        state: secrets.state,
        code_challenge: await calculatePKCECodeChallenge(secrets.verifier),
        code_challenge_method: 'S256',
      });
      return { address: `${endpoints.authorization_endpoint}?${query}`, secrets };
    },

    /**
     * Exchanges the code with which GitHub sent the browser back.
     * @returns the person's token and its lifetime in seconds (null: until it is revoked), or why there is none
     * @throws GitHubUnavailable
     */
    finish: async (
      query: URLSearchParams,
      { state, verifier }: FlowSecrets,
    ): Promise<{ token: string; lifetime: number | null } | { refused: string }> => {
      let valid: URLSearchParams;
      try {
        valid = validateAuthResponse(endpoints, client, query, state);
      } catch (error) {
        if (error instanceof AuthorizationResponseError) return { refused: describe(error.error) };
        if (error instanceof OperationProcessingError)
          return { refused: 'this is not the sign-in that began here' };
        throw error;
      }
      try {
        const response = await authorizationCodeGrantRequest(
          ...([endpoints, client, ClientSecretPost(clientSecret), valid, redirectUri, verifier] as const),
          options,
        );
        const reported = await errorIn(response.clone());
        if (reported !== null) return { refused: reported };
        const granted = await processAuthorizationCodeResponse(endpoints, client, response);
        return { token: granted.access_token, lifetime: granted.expires_in ?? null };
      } catch (error) {
        if (error instanceof ResponseBodyError) return { refused: describe(error.error) };
        // Its cause is left out: it can contain the response with the token.
        if (error instanceof OperationProcessingError || error instanceof UnsupportedOperationError) {
          return { refused: 'GitHub sent an unexpected response' };
        }
        throw error;
      }
    },
  };
}

/** GitHub reports errors with the status 200. */
async function errorIn(response: Response): Promise<string | null> {
  const body = (await response.json().catch(() => null)) as { error?: unknown } | null;
  return typeof body?.error === 'string' ? describe(body.error) : null;
}

const MESSAGES: Record<string, string> = {
  access_denied: 'you did not authorize this registry at GitHub',
  bad_verification_code: 'GitHub does not accept the code: it was used before, or has expired',
  incorrect_client_credentials:
    'GitHub does not accept the client secret: the operator of the registry sets FIXTURE_REGISTRY_GITHUB_CLIENT_SECRET',
  redirect_uri_mismatch:
    'GitHub does not accept the address of this registry: the operator sets the callback URL of the app',
  application_suspended: 'GitHub suspended the app of this registry',
};

function describe(code: string): string {
  return MESSAGES[code] ?? `GitHub reports "${storableText(code, 100)}"`;
}
