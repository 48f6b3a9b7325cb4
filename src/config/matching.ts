import { repositoryHost } from '../domain/policy/allow.ts'
import { matchesName } from '../domain/words/glob.ts'
import type { Entries } from './entries.ts'
import type { ConfigPath } from './faults.ts'
import type { RuleFault } from './faults.ts'
import { renameAllow } from './old-keys.ts'
import type { ConfigFile } from './schema.ts'

type Match = ConfigFile['rules'][number]['match']

/** What a name of its kind may hold beside the signs of a glob: Kubernetes' own rules. */
const NAMES = {
  cluster: { form: /^[a-z0-9.-]*$/, says: 'no name of a cluster has anything but a-z, 0-9, - and .' },
  namespace: { form: /^[a-z0-9-]*$/, says: 'no namespace has anything but a-z, 0-9 and -' },
  name: { form: /^[a-z0-9.-]*$/, says: 'no Rollout has anything but a-z, 0-9, - and . in its name' },
  project: { form: /^[a-z0-9.-]*$/, says: 'no AppProject has anything but a-z, 0-9, - and . in its name' },
} as const
const LABEL_KEY = /^(?:[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?\/)?[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/
const LABEL_VALUE = /^[A-Za-z0-9._-]{0,63}$/
const GLOB_SIGNS = /[*?]/g

/** Every part of a configuration that can match nothing, whatever happens: what its author meant does not hold, and nobody would notice. */
export function findUnmatchable(file: ConfigFile, entries: Entries): readonly RuleFault[] {
  const matches = [
    ...file.rules.map(({ match }, index) => ({ path: ['rules', index, 'match'], match })),
    ...file.mute.map(({ match }, index) => ({ path: ['mute', index, 'match'], match })),
  ]
  return [
    ...matches.flatMap(({ path, match }) => [...unspellable(path, match), ...outOfSight(path, match, file)]),
    ...outOfTree(file),
    ...unreachableForges(file, entries),
    ...unnamedChannels(file, entries),
  ]
}

/** Each glob by itself, against what names of its kind look like. */
function unspellable(path: ConfigPath, match: Match): readonly RuleFault[] {
  const named = (['cluster', 'namespace', 'name', 'project'] as const).flatMap((key) =>
    globsOf(match[key]).flatMap(({ glob, at }) => {
      const { form, says } = NAMES[key]
      return form.test(glob.replace(GLOB_SIGNS, ''))
        ? []
        : [{ path: [...path, key, ...at], value: glob, reason: `can match nothing: ${says}` }]
    }),
  )
  const labelled = Object.entries(match.labels ?? {}).flatMap(([label, glob]) => {
    if (LABEL_KEY.test(label) && LABEL_VALUE.test(glob.replace(GLOB_SIGNS, ''))) return []
    return [{ path: [...path, 'labels', label], value: glob, reason: 'can match nothing: that is no label, or no value of one' }]
  })
  return [...named, ...labelled]
}

/** Against `clusters`: those that there are, and the namespaces that are looked at in them. */
function outOfSight(path: ConfigPath, match: Match, { clusters }: ConfigFile): readonly RuleFault[] {
  const byCluster = globsOf(match.cluster).flatMap(({ glob, at }) =>
    clusters.some(({ name }) => matchesName(name, glob))
      ? []
      : [
          {
            path: [...path, 'cluster', ...at],
            value: glob,
            reason: `matches no cluster; known are ${clusters.map(({ name }) => name).join(', ')}`,
          },
        ],
  )
  const globs = globsOf(match.cluster).map(({ glob }) => glob)
  const meant = clusters.filter(({ name }) => globs.length === 0 || globs.some((glob) => matchesName(name, glob)))
  // Where one of them is looked at as a whole, nobody knows which namespaces it has.
  const looked = meant.flatMap(({ namespaces }) => namespaces ?? ['*'])
  if (meant.length === 0 || looked.includes('*')) return byCluster
  const byNamespace = globsOf(match.namespace).flatMap(({ glob, at }) =>
    looked.some((namespace) => matchesName(namespace, glob))
      ? []
      : [{ path: [...path, 'namespace', ...at], value: glob, reason: `matches no namespace that is looked at: ${looked.join(', ')}` }],
  )
  return [...byCluster, ...byNamespace]
}

/** Globs of files, which are named from the root of the repository. */
function outOfTree(file: ConfigFile): readonly RuleFault[] {
  const choices = [
    { path: ['defaults'], choice: file.defaults },
    ...file.rules.map(({ set }, index) => ({ path: ['rules', index, 'set'], choice: set })),
  ]
  const globs = choices.flatMap(({ path, choice: { irreversible = [], flags = [] } }) => [
    ...irreversible.map((glob, index) => ({ path: [...path, 'irreversible', index], glob })),
    ...flags.map((glob, index) => ({ path: [...path, 'flags', index], glob })),
  ])
  return globs.flatMap(({ path, glob }) =>
    /^\/|^\.{0,2}\/|\\|(?:^|\/)\.{1,2}(?:\/|$)|\/\/|^\s|\s$/.test(glob)
      ? [
          {
            path,
            value: glob,
            reason: 'matches no file: they are named from the root, such as db/migrations/**',
          },
        ]
      : [],
  )
}

/** A forge that no repository is allowed on is asked nothing. */
function unreachableForges({ allow }: ConfigFile, { forges }: Entries): readonly RuleFault[] {
  if (allow.repositories.length === 0) return []
  const hosts = new Set(allow.repositories.map(repositoryHost))
  return forges.flatMap(({ manifest, options, path }) => {
    const host = manifest.gitHost(options).toLowerCase()
    return hosts.has(host) ? [] : [{ path, value: host, reason: 'is a forge that no repository of allow.repositories is on' }]
  })
}

/** Globs of channels that are no name of one, or name an entry that is not there. */
function unnamedChannels(file: ConfigFile, { channels }: Entries): readonly RuleFault[] {
  const names = channels.map(({ name }) => name)
  return renameAllow(file.allow).channels.flatMap((glob, index) => {
    const [, entry, name = ''] = /^(?:([^:]*):)?#?(.*)$/s.exec(glob) ?? []
    const path = ['allow', 'channels', index]
    if (!/^[\p{L}\p{N}_-]*$/u.test(name.replace(GLOB_SIGNS, '')))
      return [{ path, value: glob, reason: 'can match nothing: no channel has such a name' }]
    if (entry === undefined || channels.length === 0 || names.some((one) => matchesName(one, entry))) return []
    return [{ path, value: glob, reason: `names ${entry}, which is not in channels; known are ${names.join(', ')}` }]
  })
}

function globsOf(globs: string | readonly string[] | undefined): readonly { glob: string; at: ConfigPath }[] {
  if (globs === undefined) return []
  return typeof globs === 'string' ? [{ glob: globs, at: [] }] : globs.map((glob, index) => ({ glob, at: [index] }))
}
