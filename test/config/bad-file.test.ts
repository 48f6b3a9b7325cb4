import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { loadConfig } from '../../src/config/load.ts'
import { faultsOf } from './faults-of.ts'
import { configFolder } from './files.ts'

describe('a bad file', () => {
  it('is told with all its faults at once: line, path, value, reason', () => {
    const yaml = `apiVersion: kedge/v2
defautls: {}
defaults:
  mode: prr
  settleSeconds: "1"
  channel: two words
allow:
  repositories: ["https://*/acme", 7]
rules:
  - match: { namespace: [1] }
    sett: {}
mute:
  - { from: tomorrow, to: "2026-12-24" }
limits: { openPerRollout: 0 }
clusters: []
argocd: { webhook: { fields: { application: "$.items[?(@.x)]" } } }
`
    expect(faultsOf(yaml)).toEqual([
      expect.stringMatching(/^DIR\/kedge\.yaml has 15 faults$/),
      'line 1, apiVersion: "kedge/v2" must be kedge/v1',
      'line 2, defautls: is not a known key; did you mean defaults?',
      'line 4, defaults.mode: "prr" must be one of observe, notify, pr; did you mean pr?',
      'line 5, defaults.settleSeconds: "1" must be a number',
      'line 6, defaults.channel: "two words" must be the name or id of one channel, such as #releases',
      expect.stringMatching(/^line 8, allow\.repositories\[0\]: "https:\/\/\*\/acme" must be host and path, such as /),
      'line 8, allow.repositories[1]: 7 must be text',
      'line 10, rules[0].match.namespace[0]: 1 must be text',
      'line 10, rules[0].set: is missing',
      'line 11, rules[0].sett: is not a known key; did you mean set?',
      'line 13, mute[0].from: "tomorrow" must be a time with a zone, such as 2026-12-24T18:00:00Z',
      'line 13, mute[0].to: "2026-12-24" must be a time with a zone, such as 2026-12-24T18:00:00Z',
      'line 14, limits.openPerRollout: 0 must be at least 1',
      'line 15, clusters: must have at least 1 entry',
      expect.stringMatching(/^line 16, argocd\.webhook\.fields\.application: "\$\.items\[\?\(@\.x\)\]" must be a JSONPath without filters/),
    ])
  })

  it.each([
    ['is missing', 'does not exist', undefined],
    ['is not YAML', 'line 2: is not YAML', 'a: [\nb: {'],
    ['has a key twice', 'line 2: has a key twice in one block', 'apiVersion: kedge/v1\napiVersion: kedge/v1\n'],
    ['has two documents', 'line 2: has several documents; one is read', 'apiVersion: kedge/v1\n---\napiVersion: kedge/v1\n'],
    ['names nothing', 'ledger.path: "" must not be empty', 'apiVersion: kedge/v1\nledger: { path: "" }\n'],
    ['holds itself', 'is not usable YAML', 'apiVersion: kedge/v1\nrules: &a [*a]\n'],
    ['is empty', 'apiVersion: is missing', ''],
    ['is a list', 'must be a block of keys', '- 1\n'],
    ['is huge', 'is longer than 1 MiB', `# ${'x'.repeat(1_100_000)}`],
  ])('that %s is told as that', (_, reason, yaml) => {
    using folder = configFolder(yaml ?? '')
    const file = yaml === undefined ? join(folder.path, 'none.yaml') : folder.file
    expect(() => loadConfig({ file, env: {} })).toThrow(reason)
  })

  it('with a secret pasted into it is refused without showing the secret', () => {
    const token = `ghp_${'a'.repeat(36)}`
    const faults = faultsOf(
      `apiVersion: kedge/v1\ngithub: { tokenFile: ${token}, token: ${token} }\n` +
        `slack: { webhookUrlFile: "https://hooks.slack.com/services/T0/B0/planted" }\nlog: { level: ${token} }\n`,
    )
    expect(faults.join('\n')).not.toMatch(/ghp_|planted/)
    expect(faults.slice(1)).toEqual([
      expect.stringContaining('github.tokenFile: looks like a secret (not shown)'),
      expect.stringContaining('github.token: looks like a secret (not shown)'),
      expect.stringContaining('slack.webhookUrlFile: looks like a secret (not shown)'),
      expect.stringContaining('log.level: looks like a secret (not shown)'),
      'line 2, github.token: is not a known key; did you mean tokenFile?',
      'line 4, log.level: must be one of debug, info, warn, error, silent',
    ])
  })

  it.each([
    ['clusters: [{ name: a }, { name: a }]', 'clusters[1].name: "a" is the name of another cluster already'],
    ['argocd: { api: { url: https://argocd.example } }', 'argocd.api.tokenFile: must name the file with the token'],
    ['argocd: { api: { url: http://argocd.example } }', 'argocd.api.url: "http://argocd.example" must be https'],
    ['argocd: { cluster: east }', 'argocd.cluster: "east" is not in clusters; known are in-cluster'],
    ['clusters: [{ name: a, inCluster: true, context: x }]', 'clusters[0].inCluster: cannot go together with kubeconfig or context'],
    [
      'clusters: [{ name: a, destinations: [x] }, { name: b, destinations: [x] }]',
      'clusters[1].destinations[0]: "x" is a destination of another cluster already',
    ],
    [
      'mute: [{ from: "2026-12-24T18:00:00Z", to: "2026-12-24T18:00:00+01:00" }]',
      'mute[0].to: "2026-12-24T18:00:00+01:00" is not after from',
    ],
    ['defaults: { mode: pr }', 'forges: is missing, and is needed because mode pr can be chosen'],
    ['allow: { maxMode: pr }', 'allow.repositories: must name the repositories that may be reverted, because mode pr can be chosen'],
    ['rules: [{ set: { mode: notify } }]', 'channels: is missing, so that mode notify would tell nobody'],
    ['rules: [{ set: { channel: a } }]', 'channels: is missing, but rules[0].set names a channel'],
    ['defaults: { mode: notify }\nslack: {}', 'defaults.channel: is missing: slack is configured, but no channel is named anywhere'],
    ['server: { api: { port: 8485 } }', 'server.webhooks.port: 8485 is the port of server.api already; the two listen apart'],
  ])('whose keys do not go together is told why: %s', (yaml, fault) => {
    expect(faultsOf(`apiVersion: kedge/v1\n${yaml}\n`, {}, { KEDGE_SLACK_TOKEN: 'x' }).join('\n')).toContain(fault)
  })
})
