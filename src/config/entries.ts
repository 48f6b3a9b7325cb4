import type { ChannelManifest, ForgeManifest, Manifest, Registry } from '../ports/manifest.ts'
import type { ConfigPath } from './faults.ts'
import type { ConfigFile } from './schema.ts'

/** One entry of `forges` or `channels`, with the vendor that it is of. */
export interface Entry<M extends Manifest> {
  manifest: M
  /** What it is called in addresses of channels; its type where nothing is said. */
  name: string
  /** As the vendor's schema makes it. */
  options: unknown
  /** Where it stands in the file. */
  path: ConfigPath
}

export interface Entries {
  forges: readonly Entry<ForgeManifest>[]
  channels: readonly Entry<ChannelManifest>[]
}

/** The forges and channels of a file, those under the keys of 0.1.0 too. */
export function entriesOf(file: ConfigFile, registry: Registry): Entries {
  return {
    forges: collect(file, file.forges, registry.forges, 'forges'),
    channels: collect(file, file.channels, registry.channels, 'channels'),
  }
}

function collect<M extends Manifest>(
  file: ConfigFile,
  listed: ConfigFile['forges'],
  manifests: readonly M[],
  key: 'forges' | 'channels',
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
