import { z } from 'zod'
import { webUrl } from '../../../options/address.ts'
import { path } from '../../../options/file.ts'
import type { ForgeManifest, SecretReader } from '../../../ports/manifest.ts'
import { giteaFirstSteps } from './first-steps.ts'
import { giteaMarkdown } from './markdown.ts'
import { placeOf } from './repository-name.ts'
import { giteaWebhook } from './webhook.ts'

const config = z.strictObject({
  url: webUrl.describe('Where its pages are, with a path where it has one: `https://git.example`.'),
  host: z.string().min(1).max(253).optional().describe('Host of clone URLs, where it is another one than that of `url`.'),
  tokenFile: path.optional().describe('File with a token of Kedge’s own account there.'),
  webhook: z
    .strictObject({ secretFile: path.optional().describe('File with the secret of the webhook.') })
    .prefault({})
    .describe('Its events, at `/webhooks/gitea`.'),
})

type Options = z.output<typeof config>

/** Gitea and Forgejo, which answer alike. */
export const gitea: ForgeManifest<Options, { token: string }> = {
  id: 'gitea',
  name: 'Gitea',
  config,
  firstSteps: giteaFirstSteps,
  gitHost,
  ignoresCase: true,
  // It has none of its own (https://docs.gitea.com/administration/config-cheat-sheet); a proxy before it says so by 429.
  limits: [],
  credential: readCredential,
  secretsIn: ({ token }) => [token],
  webhookSecret: ({ webhook }, reader) => reader.read(['webhook', 'secretFile'], webhook.secretFile, 'KEDGE_GITEA_WEBHOOK_SECRET'),
  markup: giteaMarkdown,
  async open({ url, host }, { token }, { allows, now, assertMayAct }) {
    const { createGiteaForges } = await import('./forges.ts')
    return createGiteaForges({ url, host, token, allow: allows, now, assertMayAct })
  },
  commitUrl: (options, repository, revision) =>
    `${options.url.replace(/\/+$/, '')}${repository.slice(placeOf(options).length)}/commit/${revision}`,
  // A name of a person, or `org/team`: Gitea's own rule for names, one of either.
  reviewer: /^[a-z\d](?:[\w.-]{0,39})(?:\/[\w.-]{1,255})?$/i,
  webhook: giteaWebhook,
  async examine({ url, host }, { token }, look) {
    const { examineRepository } = await import('./doctor.ts')
    return examineRepository({ url, host, token }, look)
  },
}

function gitHost({ host, url }: Options): string {
  return host?.toLowerCase() ?? new URL(url).host
}

function readCredential(options: Options, reader: SecretReader): { token: string } | undefined {
  const before = reader.faults
  const token = reader.read(['tokenFile'], options.tokenFile, 'KEDGE_GITEA_TOKEN')
  if (token !== undefined) return { token }
  if (reader.faults === before) reader.fault([], 'has no credential; looked for tokenFile and the variable KEDGE_GITEA_TOKEN')
  return undefined
}
