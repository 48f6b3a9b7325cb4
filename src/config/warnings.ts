import { repositoryHost } from '../domain/policy/allow.ts'
import { MODES } from '../domain/policy/annotations.ts'
import { matchesName } from '../domain/words/glob.ts'
import { isLoopbackName } from '../domain/words/host-name.ts'
import type { Entries } from './entries.ts'
import type { RuleFault } from './faults.ts'
import { oldKeysIn, renameAllow, renameChoice } from './old-keys.ts'
import type { ConfigFile } from './schema.ts'
import type { Secrets } from './secrets.ts'

/** What works and should still be changed: keys with an old name, and settings by which nobody is told or nothing is opened. */
export function findWarnings(file: ConfigFile, entries: Entries, { adminToken }: Pick<Secrets, 'adminToken'>): readonly RuleFault[] {
  const { forges, channels } = entries
  const places = [...oldPlaces('forges', forges), ...oldPlaces('channels', channels)]
  return [...places, ...oldKeys(file), ...untold(file), ...unproven(file), ...open(file, adminToken), ...unused(file, entries)]
}

/** Page and API are reached from elsewhere, and it is not said by whom. */
function open({ server: { api } }: ConfigFile, adminToken: string | undefined): readonly RuleFault[] {
  if (isLoopbackName(api.host)) return []
  const path = ['server', 'api', 'host']
  const unnamed = {
    path,
    value: api.host,
    reason: 'answers under any name: without `hosts` beside it, a page in a browser of yours can read it',
  }
  const unsigned = { path, value: api.host, reason: 'is reached from elsewhere, and there is no admin token: only this machine may adopt' }
  return [...(api.hosts.length === 0 ? [unnamed] : []), ...(adminToken === undefined && !api.adminTokenFile ? [unsigned] : [])]
}

/** Forges and channels that stand at the top, where 0.1.0 had them. */
function oldPlaces(key: string, entries: Entries['forges' | 'channels']): readonly RuleFault[] {
  return entries.flatMap(({ path, manifest: { id } }) =>
    path.length === 1 ? [{ path, reason: `is the old place of an entry of \`${key}\` with \`type: ${id}\`; it still works` }] : [],
  )
}

function choicesOf(file: ConfigFile): readonly { path: RuleFault['path']; choice: ConfigFile['defaults'] }[] {
  return [
    { path: ['defaults'], choice: file.defaults },
    ...file.rules.map(({ set }, index) => ({ path: ['rules', index, 'set'], choice: set })),
  ]
}

function oldKeys(file: ConfigFile): readonly RuleFault[] {
  return [...choicesOf(file).flatMap(({ path, choice }) => oldKeysIn(path, choice)), ...oldKeysIn(['allow'], file.allow)]
}

/** Rollouts that `defaults` or a rule puts into a mode that tells people, without a channel to tell them in. */
function untold(file: ConfigFile): readonly RuleFault[] {
  const { mode: usual = 'observe', ...defaults } = file.defaults
  const fallback = renameChoice(defaults).channel ?? defaults.alsoTell?.[0]
  return choicesOf(file).flatMap(({ path, choice }) => {
    const channel = renameChoice(choice).channel ?? choice.alsoTell?.[0] ?? fallback
    const tells = MODES.indexOf(choice.mode ?? (path.length === 1 ? usual : 'observe')) > 0
    return tells && channel === undefined
      ? [
          {
            path: [...path, 'mode'],
            value: choice.mode,
            reason: 'tells nobody where no rule names a channel: there is no `channel` beside it',
          },
        ]
      : []
  })
}

/** A rendering is wanted, and nobody is there who renders more than plain folders. */
function unproven(file: ConfigFile): readonly RuleFault[] {
  if (file.argocd.api !== undefined) return []
  return choicesOf(file).flatMap(({ path, choice }) =>
    choice.proof === 'rendered'
      ? [
          {
            path: [...path, 'proof'],
            value: choice.proof,
            reason: 'opens PRs for plain folders alone: without `argocd.api`, nothing else is rendered',
          },
        ]
      : [],
  )
}

/** Entries that nothing leads to, and repositories in which no PR can be opened: they do no harm, and nobody would notice. */
function unused(file: ConfigFile, { forges, channels }: Entries): readonly RuleFault[] {
  const { repositories } = file.allow
  const hosts = forges.map(({ manifest, options }) => manifest.gitHost(options).toLowerCase())
  const idle =
    repositories.length > 0 ? [] : forges.map(({ path }) => ({ path, reason: 'is asked nothing: `allow.repositories` names none' }))
  const readOnly = repositories.flatMap((pattern, index) => {
    const host = repositoryHost(pattern) ?? ''
    if (forges.length === 0 || hosts.includes(host)) return []
    return [{ path: ['allow', 'repositories', index], value: pattern, reason: `is read alone: no forge of \`forges\` is at ${host}` }]
  })
  const empty = file.rules.flatMap(({ set }, index) =>
    Object.keys(set).length > 0 ? [] : [{ path: ['rules', index, 'set'], reason: 'sets nothing: the rule does nothing' }],
  )
  return [...idle, ...readOnly, ...empty, ...unnamed(file, channels)]
}

/** Channels to which no address leads: neither one of the policy, nor one that an annotation may choose. */
function unnamed(file: ConfigFile, channels: Entries['channels']): readonly RuleFault[] {
  const chosen = choicesOf(file).flatMap(({ choice }) => [renameChoice(choice).channel ?? [], choice.alsoTell ?? []].flat())
  const addresses = [...chosen, ...renameAllow(file.allow).channels]
  return channels.flatMap(({ name, manifest, path }, index) => {
    const isNamed = addresses.some((address) => {
      const [, entry] = /^([^:]+):/.exec(address) ?? []
      if (entry !== undefined) return matchesName(name, entry)
      const isOthers = channels.some((other) => other.manifest.hasOnePlace && other.name === address)
      return manifest.hasOnePlace && matchesName(name, address) ? true : index === 0 && !isOthers
    })
    return isNamed || addresses.length === 0
      ? []
      : [{ path, value: name, reason: 'is never told anything: no `channel` and no `alsoTell` names it' }]
  })
}
