import type { FirstAnswers, FirstSteps, SecretFile } from '../../../ports/first-steps.ts'

/** What the App may do: nothing else is ever asked of GitHub. */
const PERMISSIONS = { contents: 'write', pull_requests: 'write', statuses: 'write', metadata: 'read' } as const
const EVENTS = ['push', 'pull_request'] as const
const HOME = 'https://github.com/kedge-dev/kedge'
/** GitHub's own limit. */
const LONGEST_NAME = 34

/** github.com, or an Enterprise server by the address of its pages. */
export const githubFirstSteps: FirstSteps = {
  usualUrl: 'https://github.com',
  signsIn: ['app', 'token'],
  entry: (answers) => ({
    ...(answers.url !== 'https://github.com' && { apiBaseUrl: `${answers.url}/api/v3` }),
    ...(answers.signIn === 'app'
      ? { app: { idFile: answers.fileOf('githubAppID'), privateKeyFile: answers.fileOf('githubAppPrivateKey') } }
      : { tokenFile: answers.fileOf('token') }),
    ...(answers.webhookUrl !== undefined && { webhook: { secretFile: answers.fileOf('webhookSecret') } }),
  }),
  secrets: ({ signIn, webhookUrl }) => [
    ...(signIn === 'app' ? APP_FILES : [{ name: 'token', holds: 'the token' }]),
    ...(webhookUrl === undefined
      ? []
      : [{ name: 'webhookSecret', holds: 'the secret of the webhook, the same at GitHub', madeBy: 'openssl rand -hex 32' }]),
  ],
  rights: (answers) => (answers.signIn === 'app' ? appRights(answers) : TOKEN_RIGHTS),
}

const APP_FILES: readonly SecretFile[] = [
  { name: 'githubAppID', holds: 'the App ID, from the page of the App' },
  { name: 'githubAppPrivateKey', holds: 'the private key (PEM) that GitHub lets you download there' },
]

const TOKEN_RIGHTS = [
  'A fine-grained token of an account that nobody else uses, for these repositories alone:',
  '  Contents, Pull requests, Commit statuses: read and write',
]

function appRights(answers: FirstAnswers): readonly string[] {
  const { url, owner } = answers
  const settings = owner === undefined ? `${url}/settings/apps` : `${url}/organizations/${owner}/settings/apps`
  return [
    'A GitHub App. This page has all of it filled in:',
    `  ${settings}/new?${query(answers)}`,
    ...(owner === undefined ? [] : [`  (where ${owner} is a person: ${url}/settings/apps/new?…)`]),
    'The same as an App manifest, for those who create Apps by a program:',
    ...JSON.stringify(manifest(answers), null, 2)
      .split('\n')
      .map((line) => `  ${line}`),
    'Then generate a private key on its page, and install it on these repositories.',
  ]
}

/** https://docs.github.com/apps: "Registering a GitHub App from a manifest". */
function manifest({ owner, webhookUrl }: FirstAnswers): object {
  return {
    name: nameOf(owner),
    url: HOME,
    public: false,
    hook_attributes: { url: webhookUrl ?? 'https://kedge.invalid/webhooks/github', active: webhookUrl !== undefined },
    default_permissions: PERMISSIONS,
    default_events: EVENTS,
  }
}

/** https://docs.github.com/apps: "Registering a GitHub App using URL parameters". */
function query({ owner, webhookUrl }: FirstAnswers): string {
  const { metadata: _, ...permissions } = PERMISSIONS
  const asked = new URLSearchParams({ name: nameOf(owner), url: HOME, public: 'false', ...permissions })
  asked.set('webhook_active', String(webhookUrl !== undefined))
  if (webhookUrl !== undefined) {
    asked.set('webhook_url', webhookUrl)
    for (const event of EVENTS) asked.append('events[]', event)
  }
  return asked.toString()
}

/** Names of Apps are unique over all of GitHub. */
function nameOf(owner: string | undefined): string {
  return `Kedge ${owner ?? ''}`.trim().slice(0, LONGEST_NAME)
}
