// The environment variables of the registry, for the table in docs/self-hosting.md. `readme-tables.js` checks
// the names against those that the registry reads.

/** Each `[name, meaning, default]`, in Markdown. */
export const ENVIRONMENT_VARIABLES = [
  ['DATABASE_URL', '`postgres://…`', 'unset: the embedded database'],
  [
    'FIXTURE_REGISTRY_DATA',
    'directory of the embedded database; `--data` replaces it',
    '`.fixture-registry`',
  ],
  ['FIXTURE_REGISTRY_PUBLIC_URL', 'address that links in comments use', '`http://HOST:PORT`'],
  [
    'FIXTURE_REGISTRY_ADMIN_TOKEN',
    'admin token for all repositories, at least 16 characters',
    'unset: the first start creates one and prints it once',
  ],
  [
    'FIXTURE_REGISTRY_OIDC_ALLOW',
    'owners and repositories whose workflows may use the registry: `owner` or `owner/name`, separated by commas. ' +
      "`owner#65` also fixes GitHub's number of the owner; without it, the first account with that name counts",
    'none',
  ],
  [
    'FIXTURE_REGISTRY_OIDC_ISSUER',
    'trusted issuer of OIDC tokens; for GitHub Enterprise Server `https://HOST/_services/token`',
    '`https://token.actions.githubusercontent.com`',
  ],
  [
    'FIXTURE_REGISTRY_OIDC_AUDIENCE',
    'expected audience of OIDC tokens: the `registry-url` of the workflows',
    'the public URL',
  ],
  [
    'FIXTURE_REGISTRY_GITHUB_CLIENT_ID',
    'client ID of a GitHub App or an OAuth app, for [sign-in with GitHub](#sign-in-with-github)',
    'unset: people sign in with tokens only',
  ],
  ['FIXTURE_REGISTRY_GITHUB_CLIENT_SECRET', 'client secret of this app', 'unset'],
  [
    'FIXTURE_REGISTRY_GITHUB_URL',
    'address of GitHub for sign-in; it must be the GitHub of the OIDC issuer',
    'the GitHub of the OIDC issuer, else `https://github.com`',
  ],
  [
    'FIXTURE_REGISTRY_RATE_LIMIT',
    'requests per minute of one identity, in each process; `0` is unlimited',
    '`6000`',
  ],
  [
    'FIXTURE_REGISTRY_TRUSTED_PROXIES',
    'number of your own proxies in front of the registry, whose `X-Forwarded-For` it trusts',
    '`0`',
  ],
  [
    'FIXTURE_REGISTRY_INTROSPECTION',
    'who may read the GraphQL schema and open GraphiQL: `all` or `authenticated`',
    '`all`',
  ],
  [
    'FIXTURE_REGISTRY_METRICS_TOKEN',
    'bearer token that `/metrics` requires, at least 16 characters',
    'unset: `/metrics` requires no token',
  ],
  [
    'FIXTURE_REGISTRY_METRICS_PORT',
    'port for `/metrics` alone; the port of the service then has no `/metrics`',
    'unset: the port of the service',
  ],
  ['FIXTURE_REGISTRY_METRICS_HOST', 'address that the port for `/metrics` listens on', 'that of `--host`'],
  [
    'FIXTURE_REGISTRY_LOG_LEVEL',
    'least level that is logged: `debug`, `info`, `warn` or `error`; health probes that succeed are at `debug`',
    '`info`',
  ],
  [
    'FIXTURE_REGISTRY_UPKEEP',
    'seconds between two rounds that remove old recordings ([retention](retention.md)); `off` disables them',
    '`600`',
  ],
  ['DATABASE_REPLICA_URL', 'streaming replica of `DATABASE_URL`, for reads', 'unset'],
  ['FIXTURE_REGISTRY_CONTENT', '`s3://bucket/prefix`: where new contents are stored', 'the database'],
  [
    'FIXTURE_REGISTRY_CONTENT_BEFORE',
    '`s3://bucket/prefix`: the previous place, read until `move-content` has moved everything',
    'unset',
  ],
  [
    'FIXTURE_REGISTRY_CONTENT_PRESIGN',
    'lifetime of presigned download URLs, in seconds (10 to 3600), for example `300`',
    'unset: clients download through the registry',
  ],
  ['FIXTURE_REGISTRY_S3_ENDPOINT', 'address of S3-compatible object storage', "Amazon's"],
  ['FIXTURE_REGISTRY_S3_PATH_STYLE', '`true` puts the bucket into the path', '`false`'],
  [
    'FIXTURE_REGISTRY_S3_REGION',
    'region of the bucket',
    "the AWS SDK's; `us-east-1` when an endpoint is set",
  ],
  [
    'FIXTURE_REGISTRY_S3_TIMEOUT',
    'seconds without a response after which the object storage counts as unavailable',
    '`10`',
  ],
  [
    'OTEL_EXPORTER_OTLP_ENDPOINT',
    'where to send OpenTelemetry traces; the other variables of the exporter apply too',
    'unset: no traces',
  ],
  ['OTEL_SERVICE_NAME', 'service name in traces', '`fixture-registry`'],
];
