import { type CommitRules, DEFAULT_COMMITS } from '../domain/revert/commit-rules.ts'
import type {
  AlertManifest,
  ChannelManifest,
  ForgeManifest,
  LedgerManifest,
  Manifest,
  Registry,
  RendererManifest,
} from '../ports/manifest.ts'
import type { ConfigPath } from './faults.ts'
import type { ConfigFile } from './schema.ts'

/** One entry of `forges`, `channels` or `renderers`, or `ledger`, with the vendor that it is of. */
export interface Entry<M extends Manifest> {
  manifest: M
  /** What it is called in addresses of channels; its type where nothing is said. */
  name: string
  /** As the vendor's schema makes it. */
  options: unknown
  /** Where it stands in the file. */
  path: ConfigPath
}

/** One of `forges`, with what all of them may say. */
export interface ForgeEntry extends Entry<ForgeManifest> {
  commits: CommitRules
}

/** One of `alerts.sources`, with what all of them may say. */
export interface AlertEntry extends Entry<AlertManifest> {
  cluster: string | undefined
}

/** `ledger`, with what every one of them may say. */
export interface ConfiguredLedger extends Entry<LedgerManifest> {
  checkpoints: ConfigFile['ledger']['checkpoints']
}

export interface Entries {
  forges: readonly ForgeEntry[]
  channels: readonly Entry<ChannelManifest>[]
  /** Those that need no entry are the first. */
  renderers: readonly Entry<RendererManifest>[]
  ledger: ConfiguredLedger
  alerts: {
    sources: readonly AlertEntry[]
    /** Whose webhook says that an alert has come or gone. */
    sender: AlertManifest | undefined
  }
}

/** The vendors of a file, those under the keys of 0.1.0 too. */
export function entriesOf(file: ConfigFile, registry: Registry): Entries {
  return {
    forges: collect(file, file.forges, registry.forges, 'forges').map(withCommits),
    channels: collect(file, file.channels, registry.channels, 'channels'),
    renderers: [...withoutEntry(registry), ...argocdApi(file, registry), ...collect(file, file.renderers, registry.renderers, 'renderers')],
    ledger: ledgerOf(file, registry),
    alerts: { sources: alertSources(file, registry), sender: registry.alerts.find(({ webhook }) => webhook !== undefined) },
  }
}

function alertSources({ alerts: { sources } }: ConfigFile, { alerts }: Registry): readonly AlertEntry[] {
  return sources.flatMap(({ type, cluster, ...options }, index) => {
    const manifest = alerts.find(({ id }) => id === type)
    const path = ['alerts', 'sources', index]
    return manifest ? [{ manifest, name: type, options, path, cluster: typeof cluster === 'string' ? cluster : undefined }] : []
  })
}

/** The old key of 0.1.0 says nothing of commits. */
function withCommits({ options, ...entry }: Entry<ForgeManifest>): ForgeEntry {
  const { commits, ...own } = options as { commits?: CommitRules }
  return { ...entry, options: own, commits: { ...DEFAULT_COMMITS, ...commits } }
}

function withoutEntry({ renderers }: Registry): readonly Entry<RendererManifest>[] {
  return renderers.flatMap((manifest) => (manifest.needsNothing ? [{ manifest, name: manifest.id, options: {}, path: [] }] : []))
}

function argocdApi({ argocd: { api } }: ConfigFile, { renderers }: Registry): readonly Entry<RendererManifest>[] {
  const manifest = renderers.find(({ isArgocdApi }) => isArgocdApi)
  return manifest && api !== undefined ? [{ manifest, name: manifest.id, options: api, path: ['argocd', 'api'] }] : []
}

function ledgerOf({ ledger: { type, checkpoints, ...options } }: ConfigFile, { ledgers }: Registry): ConfiguredLedger {
  const manifest = ledgers.find(({ id }) => id === type) ?? ledgers[0]
  // The schema knows the same ones.
  if (!manifest) throw new TypeError('there is no kind of ledger')
  return { manifest, name: manifest.id, options, path: ['ledger'], checkpoints }
}

function collect<M extends Manifest>(
  file: ConfigFile,
  listed: ConfigFile['forges'],
  manifests: readonly M[],
  key: 'forges' | 'channels' | 'renderers',
): readonly Entry<M>[] {
  const old = manifests.flatMap((manifest): Entry<M>[] => {
    const options = manifest.isOldKey ? (file as Readonly<Record<string, unknown>>)[manifest.id] : undefined
    return options === undefined ? [] : [{ manifest, name: manifest.id, options, path: [manifest.id] }]
  })
  const named = listed.flatMap(({ type, name, ...options }, index): Entry<M>[] => {
    const manifest = manifests.find(({ id }) => id === type)
    return manifest ? [{ manifest, name: typeof name === 'string' ? name : type, options, path: [key, index] }] : []
  })
  return [...named, ...old]
}
