import { bareLogin, MODES } from '../domain/policy/annotations.ts'
import type { Mode } from '../domain/policy/policy.ts'
import { parseRfc3339 } from '../domain/words/rfc3339.ts'
import type { Entries } from './entries.ts'
import type { ConfigPath, RuleFault } from './faults.ts'
import { findUnmatchable } from './matching.ts'
import { renameAllow, renameChoice } from './old-keys.ts'
import type { ConfigFile } from './schema.ts'

type Rule = (file: ConfigFile, entries: Entries) => readonly RuleFault[]

/** What must hold between keys for the service to do what the file says. */
export function checkRules(file: ConfigFile, entries: Entries): readonly RuleFault[] {
  return [...RULES.flatMap((rule) => rule(file, entries)), ...findUnmatchable(file, entries)]
}

const RULES: readonly Rule[] = [
  function clusterNamesAreUnique({ clusters }) {
    const repeated = clusters.flatMap(({ name }, index) => (clusters.findIndex((other) => other.name === name) < index ? [index] : []))
    return repeated.map((index) => ({
      path: ['clusters', index, 'name'],
      value: clusters[index]?.name,
      reason: 'is the name of another cluster already',
    }))
  },
  function argocdHasACluster({ argocd, clusters }) {
    const known = clusters.map(({ name }) => name)
    if (argocd.cluster === undefined || known.includes(argocd.cluster)) return []
    return [
      {
        path: ['argocd', 'cluster'],
        value: argocd.cluster,
        reason: `is not in clusters; known are ${known.join(', ')}`,
      },
    ]
  },
  function sourcesOfAlertsHaveAKnownCluster({ alerts, clusters }) {
    const known = clusters.map(({ name }) => name)
    return alerts.sources.flatMap(({ cluster }, index) =>
      typeof cluster === 'string' && !known.includes(cluster)
        ? [{ path: ['alerts', 'sources', index, 'cluster'], value: cluster, reason: `is not in clusters; known are ${known.join(', ')}` }]
        : [],
    )
  },
  function clusterIsReachedOneWay({ clusters }) {
    return clusters.flatMap(({ inCluster, kubeconfig, context }, index) =>
      inCluster && (kubeconfig !== undefined || context !== undefined)
        ? [{ path: ['clusters', index, 'inCluster'], reason: 'cannot go together with kubeconfig or context' }]
        : [],
    )
  },
  function destinationsMeanOneCluster({ clusters }) {
    const all = clusters.flatMap(({ destinations }, index) =>
      destinations.map((destination, position) => ({ destination, index, position })),
    )
    return all
      .filter(({ destination, index }) => all.some((other) => other.destination === destination && other.index < index))
      .map(({ destination, index, position }) => ({
        path: ['clusters', index, 'destinations', position],
        value: destination,
        reason: 'is a destination of another cluster already',
      }))
  },
  function muteWindowsEndAfterTheyBegin({ mute }) {
    return mute.flatMap(({ from, to }, index) =>
      (parseRfc3339(to) ?? 0) > (parseRfc3339(from) ?? 0) ? [] : [{ path: ['mute', index, 'to'], value: to, reason: 'is not after from' }],
    )
  },
  function pullRequestsHaveSomewhereToGo(file, { forges }) {
    if (!reaches(file, 'pr')) return []
    const why = 'because mode pr can be chosen'
    return [
      ...(file.allow.repositories.length > 0
        ? []
        : [{ path: ['allow', 'repositories'], reason: `must name the repositories that may be reverted, ${why}` }]),
      ...(forges.length > 0 ? [] : [{ path: ['forges'], reason: `is missing, and is needed ${why}` }]),
    ]
  },
  function noticesHaveSomewhereToGo(file, { channels }) {
    if (channels.length > 0) return []
    const named = choicesOf(file).find(({ choice }) => addressesOf(choice).length > 0)
    if (named) return [{ path: ['channels'], reason: `is missing, but ${named.where} names a channel` }]
    return reaches(file, 'notify') && !reaches(file, 'pr')
      ? [{ path: ['channels'], reason: 'is missing, so that mode notify would tell nobody' }]
      : []
  },
  function oneChannelIsNamed(file, { channels }) {
    if (channels.length === 0 || !(reaches(file, 'notify') || reaches(file, 'pr'))) return []
    const named = choicesOf(file).some(({ choice }) => addressesOf(choice).length > 0) || renameAllow(file.allow).channels.length > 0
    return named
      ? []
      : [
          {
            path: ['defaults', 'channel'],
            reason: `is missing: ${channels[0]?.name ?? ''} is configured, but no channel is named anywhere`,
          },
        ]
  },
  function channelsHaveNamesOfTheirOwn(_file, { channels }) {
    const repeated = channels.filter(({ name }, index) => channels.findIndex((other) => other.name === name) < index)
    return repeated.map(({ name, path }) => ({ path: [...path, 'name'], value: name, reason: 'is the name of another channel already' }))
  },
  function addressesNameAChannel(file, { channels }) {
    const names = channels.map(({ name }) => name)
    const addresses = choicesOf(file).flatMap(({ path, choice }) =>
      addressesOf(choice).map(({ at, value }) => ({ path: [...path, ...at], value })),
    )
    return addresses.flatMap(({ path, value }) => {
      const named = /^([^:]+):/.exec(value)?.[1]
      if (named === undefined || channels.length === 0 || names.includes(named)) return []
      return [{ path, value, reason: `names ${named}, which is not in channels; known are ${names.join(', ')}` }]
    })
  },
  function forgesHaveHostsOfTheirOwn(_file, { forges }) {
    const hosts = forges.map(({ manifest, options }) => manifest.gitHost(options))
    const repeated = forges.flatMap(({ path }, index) => (hosts.indexOf(hosts[index] ?? '') < index ? [{ path, value: hosts[index] }] : []))
    return repeated.map(({ path, value }) => ({ path, value, reason: 'is the host of another forge already' }))
  },
  function signOffIsOfTheAuthor(_file, { forges }) {
    // Kedge's own name would stand under a commit that the forge makes as another account: no check of sign-offs takes that.
    const unnamed = forges.filter(({ commits: { via, signOff, author } }) => via === 'api' && signOff && !author)
    const reason = 'needs commits.author where via is api: name and address of the account that the forge commits as'
    return unnamed.map(({ path }) => ({ path: [...path, 'commits', 'signOff'], value: true, reason }))
  },
  function reviewersAreKnownToTheForge(file, { forges }) {
    if (forges.length === 0) return []
    const known = (reviewer: string): boolean => forges.some(({ manifest }) => manifest.reviewer.test(bareLogin(reviewer)))
    return choicesOf(file).flatMap(({ path, choice }) =>
      (choice.reviewers ?? []).flatMap((reviewer, index) =>
        known(reviewer)
          ? []
          : [{ path: [...path, 'reviewers', index], value: reviewer, reason: 'must be a login (ada) or a team (acme/platform)' }],
      ),
    )
  },
  function deploymentsHaveAForge(file, { forges }) {
    if (forges.length === 0 || forges.some(({ manifest }) => manifest.hasDeployments)) return []
    const names = [...new Set(forges.map(({ manifest }) => manifest.name))].join(' and ')
    return choicesOf(file).flatMap(({ path, choice }) => {
      const index = choice.announce?.indexOf('deployment') ?? -1
      return index < 0 ? [] : [{ path: [...path, 'announce', index], value: 'deployment', reason: `is nothing that ${names} has` }]
    })
  },
  function environmentsAreOfOneRollout(file) {
    return choicesOf(file).flatMap(({ path, choice: { deploymentEnvironment: value }, clusters }) => {
      if (value === undefined) return []
      const needed = ['{namespace}', '{rollout}', ...(clusters === 'several' ? ['{cluster}'] : [])]
      const missing = needed.filter((name) => !value.includes(name))
      const reason = `must have ${missing.join(' and ')}: else several Rollouts share an environment`
      return missing.length === 0 ? [] : [{ path: [...path, 'deploymentEnvironment'], value, reason }]
    })
  },
  function checkpointsHaveAPlace({ ledger: { checkpoints } }) {
    if (!checkpoints || checkpoints.folder !== undefined || checkpoints.file !== undefined) return []
    return [{ path: ['ledger', 'checkpoints'], reason: 'needs a folder or a file that checkpoints are written to' }]
  },
  function listenersAreTwo({ server: { api, webhooks } }) {
    const same = api.port !== 0 && api.port === webhooks.port && api.host === webhooks.host
    return same
      ? [
          {
            path: ['server', 'webhooks', 'port'],
            value: webhooks.port,
            reason: 'is the port of server.api already; the two listen apart',
          },
        ]
      : []
  },
]

interface Choice {
  where: string
  path: ConfigPath
  choice: ConfigFile['defaults']
  /** In how many clusters the Rollouts are that it can be for. */
  clusters: 'one' | 'several'
}

function choicesOf(file: ConfigFile): readonly Choice[] {
  const everywhere = file.clusters.length > 1 ? 'several' : 'one'
  return [
    { where: 'defaults', path: ['defaults'], choice: file.defaults, clusters: everywhere },
    ...file.rules.map(({ match: { cluster }, set }, index): Choice => {
      const names = typeof cluster === 'string' ? [cluster] : (cluster ?? [])
      const isOne = names.length === 1 && !/[*?[{]/.test(names[0] ?? '')
      return { where: `rules[${index}].set`, path: ['rules', index, 'set'], choice: set, clusters: isOne ? 'one' : everywhere }
    }),
  ]
}

/** The channels that a choice names, each with where it stands in it. */
function addressesOf(choice: ConfigFile['defaults']): readonly { at: ConfigPath; value: string }[] {
  const { channel, alsoTell = [] } = renameChoice(choice)
  return [
    ...(channel === undefined ? [] : [{ at: ['channel'], value: channel }]),
    ...alsoTell.map((value, index) => ({ at: ['alsoTell', index], value })),
  ]
}

/** Whether some Rollout can end up in this mode or a higher one that is this one too (`pr` tells people as well). */
function reaches(file: ConfigFile, mode: Mode): boolean {
  const chosen = [...choicesOf(file).flatMap(({ choice }) => choice.mode ?? []), file.allow.maxMode]
  return chosen.some((each) => MODES.indexOf(each) >= MODES.indexOf(mode))
}
