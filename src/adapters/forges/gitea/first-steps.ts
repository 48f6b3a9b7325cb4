import type { FirstSteps } from '../../../ports/first-steps.ts'

/** A Gitea or Forgejo by the address of its pages. */
export const giteaFirstSteps: FirstSteps = {
  entry: ({ url, fileOf, webhookUrl }) => ({
    url,
    tokenFile: fileOf('token'),
    ...(webhookUrl !== undefined && { webhook: { secretFile: fileOf('webhookSecret') } }),
  }),
  secrets: ({ webhookUrl }) => [
    { name: 'token', holds: 'the token' },
    ...(webhookUrl === undefined
      ? []
      : [{ name: 'webhookSecret', holds: 'the secret of the webhook, the same at Gitea', madeBy: 'openssl rand -hex 32' }]),
  ],
  rights: ({ webhookUrl }) => [
    'An account of its own that may write to the repositories (a collaborator, or by a team), and a token of it with the scopes',
    '  write:repository, write:issue, read:user     for all repositories',
    'Protect the base branch without a right to push for that account.',
    ...(webhookUrl === undefined ? [] : [`A webhook to ${webhookUrl}: push events, pull request events, POST, application/json.`]),
  ],
}
