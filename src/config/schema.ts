import { z } from 'zod'
import { DEFAULT_POLICY } from '../domain/policy/policy.ts'
import { path } from '../options/file.ts'
import type { Manifest, Registry, RendererManifest } from '../ports/manifest.ts'
import { registry } from '../registry.ts'
import { labels, ofSource, webhook } from './schema/alerts.ts'
import { checkpoints } from './schema/checkpoints.ts'
import { argocd, cluster, commits, git, link, server, tracing } from './schema/connections.ts'
import { allow, defaults, limits, muteWindow, rule, storms } from './schema/policy.ts'
import { imageRegistry } from './schema/registries.ts'
import { name, word } from './schema/words.ts'

// Every key has a description, and every default stands in the schema: the JSON Schema, the table in
// docs/configuration.md and the values at run time all come from it. It describes what is written (`io: 'input'`);
// `settings.ts` makes what the program uses of it.

/** The keys that need no vendor. */
const FILE = {
  apiVersion: z.literal('kedge/v1').describe('Version of this format.'),
  defaults: defaults.prefault({}).describe('What holds for every Rollout.'),
  allow: allow.prefault({}).describe('What annotations and Applications may reach.'),
  rules: z.array(rule).default([]).describe('Exceptions to `defaults`. All that match are applied in order; a later one wins.'),
  mute: z.array(muteWindow).default([]).describe('Times without PRs and notices.'),
  bots: z
    .array(word)
    .default([...DEFAULT_POLICY.bots])
    .describe('Parts of names or email addresses of committers that are not people.'),
  limits: limits.prefault({}).describe('Circuit breaker: beyond these, a notice only.'),
  storms: storms.prefault({}).describe('When several Rollouts fail for one cause: see [One cause, one card](#one-cause-one-card).'),
  git: git.prefault({}).describe('How Git is run.'),
  clusters: z
    .array(cluster)
    .min(1)
    .prefault([{ name: 'in-cluster' }])
    .describe('Clusters with Rollouts. Where nothing is said: one, `in-cluster`, that the pod or the kubeconfig leads to.'),
  registries: z
    .array(imageRegistry)
    .max(20)
    .default([])
    .describe('Registries whose images may be read for the commit that they were built from. None where nothing is said.'),
  links: z.array(link).max(5).default([]).describe('Links on cards and pages, such as to a dashboard.'),
  server: server.prefault({}).describe('The two listeners.'),
  mirrors: z
    .strictObject({
      path: path.default('.kedge/mirrors').describe("Folder of Kedge's own; can be deleted at any time."),
    })
    .prefault({})
    .describe('Bare copies of the repositories.'),
  log: z
    .strictObject({
      level: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info').describe('Least level that is written.'),
    })
    .prefault({})
    .describe('The log.'),
  tracing: tracing.optional().describe('OpenTelemetry traces. Without it, none.'),
}

/** An entry of `forges`, `channels` or `renderers`: its keys are those of its vendor's manifest. */
export interface VendorEntry {
  type: string
  name?: string
  [key: string]: unknown
}

/** One configuration file, as it is written, with the forges and channels that there are. */
export function configFile(vendors: Registry): z.ZodType<ConfigFile> {
  const schema = z.strictObject({
    ...FILE,
    forges: entries(vendors.forges, {
      commits: commits.prefault({}).describe('How the commits of reverts are made there.'),
    }).describe('The forges. One is needed for mode `pr`.'),
    channels: entries(vendors.channels, {
      name: name.optional().describe('What it is called before a colon, such as `ops:#releases`. Its type where nothing is said.'),
    }).describe('The channels. One is needed to tell people.'),
    argocd: argocd.extend(argocdApi(vendors.renderers)).prefault({}).describe('Where the Applications are.'),
    renderers: entries(
      vendors.renderers.filter(({ needsNothing }) => !needsNothing),
      {},
    ).describe('Who renders what is no plain folder, to prove reverts; asked in this order. `argocd.api` is one more, before them.'),
    alerts: alerts(vendors.alerts ?? []),
    ledger: ledger(vendors.ledgers).describe('The journal.'),
    ...oldEntries([...vendors.forges, ...vendors.channels]),
  })
  // The keys of vendors are known at run time only, and so are the old ones.
  return schema.describe('Configuration of Kedge') as unknown as z.ZodType<ConfigFile>
}

export type ConfigFile = z.output<z.ZodObject<typeof FILE>> & {
  alerts: { sources: VendorEntry[]; webhook: z.output<typeof webhook>; labels: z.output<typeof labels> }
  forges: VendorEntry[]
  channels: VendorEntry[]
  renderers: VendorEntry[]
  argocd: z.output<typeof argocd> & { api?: unknown }
  ledger: Partial<VendorEntry> & { checkpoints?: z.output<typeof checkpoints> }
}

function entries(manifests: readonly Manifest[], more: z.ZodRawShape): z.ZodType {
  const [first, ...others] = manifests.map((manifest) => {
    const type = z.literal(manifest.id).describe(`\`${manifest.id}\`: ${manifest.name}.`)
    return z.strictObject({ type, ...more, ...(manifest.config as z.ZodObject).shape })
  })
  if (!first) return z.array(z.never()).default([])
  return z.array(others.length === 0 ? first : z.discriminatedUnion('type', [first, ...others])).default([])
}

/** Who has the alerts that may name a release after its promotion. */
function alerts(manifests: readonly Manifest[]): z.ZodType {
  return z
    .strictObject({
      sources: entries(manifests, ofSource).describe('Who is asked what fires. Without one, no alert counts, and none is asked for.'),
      webhook: webhook.prefault({}).describe('Hints from Alertmanager, at `/webhooks/alertmanager`.'),
      labels: labels.prefault({}).describe('Which Rollout an alert is about: an alert has `labels` and `annotations`.'),
    })
    .prefault({ sources: [] })
    .describe('Alerts after a promotion: see [after promotion](after-promotion.md).')
}

const CHECKPOINTS = 'Signs where the chain stands, so that a ledger that is written anew or cut off is found: docs/signed-ledger.md.'

/** One of those that there are; the first where no type is said, as in 0.1.0. */
function ledger(manifests: readonly Manifest[]): z.ZodType {
  const [first, ...others] = manifests.map(({ id, name: called, config }, index): z.ZodObject => {
    const type = z.literal(id)
    const said = (index === 0 ? type.optional() : type).describe(`\`${id}\`: ${called}.`)
    return z.strictObject({ type: said, ...(config as z.ZodObject).shape, checkpoints: checkpoints.optional().describe(CHECKPOINTS) })
  })
  if (!first) throw new TypeError('there is no kind of ledger')
  const one: z.ZodType = others.length === 0 ? first : z.discriminatedUnion('type', [first, ...others])
  return one.prefault({})
}

function argocdApi(renderers: readonly RendererManifest[]): z.ZodRawShape {
  const api = renderers.find(({ isArgocdApi }) => isArgocdApi)
  const says = 'Lets Argo CD render Helm, Kustomize and plugins, to prove reverts. Without it, plain folders alone.'
  return api ? { api: (api.config as z.ZodObject).optional().describe(says) } : {}
}

/** The keys of 0.1.0, one entry each. */
function oldEntries(manifests: readonly Manifest[]): z.ZodRawShape {
  const old = manifests.filter(({ isOldKey }) => isOldKey)
  return Object.fromEntries(
    old.map(({ id, name: called, config }) => [
      id,
      (config as z.ZodObject).optional().meta({ deprecated: true }).describe(`Old place of ${called}; still works.`),
    ]),
  )
}

/** The JSON Schema (draft 7) of the file, for editors and for Helm. */
export function configJsonSchema(vendors: Registry = registry): Record<string, unknown> {
  return z.toJSONSchema(configFile(vendors), { io: 'input', target: 'draft-7' })
}
