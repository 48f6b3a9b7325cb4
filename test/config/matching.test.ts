import { describe, expect, it } from 'vitest'
import { runCli } from '../../src/cli/program.ts'
import { spellFault } from '../../src/config/faults.ts'
import { checkConfig } from '../../src/config/load.ts'
import { createTerminal } from '../cli/terminal.ts'
import { configFolder } from './files.ts'

function look(yaml: string): { faults: readonly string[]; warnings: readonly string[] } {
  using folder = configFolder(`apiVersion: kedge/v1\n${yaml}\n`)
  const { faults, warnings } = checkConfig({ file: folder.file, env: {} }, { secrets: false })
  return { faults: faults.map(spellFault), warnings: warnings.map(spellFault) }
}

const CLUSTERS = 'clusters: [{ name: east, namespaces: [shop, search] }, { name: west, namespaces: [pay] }]\n'
const rule = (match: string): string => `${CLUSTERS}rules: [{ match: { ${match} }, set: { mode: observe } }]`
const FORGES = 'forges: [{ type: github, tokenFile: t }, { type: gitlab, tokenFile: t }]\n'

describe('a configuration that can match nothing', () => {
  it.each([
    ['a cluster that is not there', rule('cluster: eest'), 'rules[0].match.cluster: "eest" matches no cluster; known are east, west'],
    ['one of several', rule('cluster: [east, north-*]'), 'rules[0].match.cluster[1]: "north-*" matches no cluster'],
    ['a namespace that is not looked at', rule('namespace: pay-*'), '"pay-*" matches no namespace that is looked at: shop, search, pay'],
    [
      'one of another cluster than the rule’s',
      rule('cluster: east, namespace: pay'),
      '"pay" matches no namespace that is looked at: shop, search',
    ],
    ['a namespace in capitals', rule('namespace: Shop'), '"Shop" can match nothing: no namespace has anything but a-z, 0-9 and -'],
    ['a list in one text', rule('namespace: "shop,search"'), 'can match nothing: no namespace has'],
    ['a path for a name', rule('name: shop/checkout'), '"shop/checkout" can match nothing: no Rollout has'],
    ['a project with a blank', rule('project: "my project"'), 'can match nothing: no AppProject has'],
    ['a label that is none', rule('labels: { "tier=prod": "*" }'), 'can match nothing: that is no label'],
    ['a value of a label that is none', rule('labels: { tier: "a b" }'), 'can match nothing: that is no label'],
    [
      'a mute window of no cluster',
      `${CLUSTERS}mute: [{ from: "2026-12-24T18:00:00Z", to: "2026-12-27T06:00:00Z", match: { cluster: nord } }]`,
      'mute[0].match.cluster: "nord" matches no cluster',
    ],
    ['a file from the root of the disk', 'defaults: { irreversible: ["/db/**"] }', 'defaults.irreversible[0]: "/db/**" matches no file'],
    [
      'a file by where one stands',
      'rules: [{ set: { irreversible: ["./db/*"] } }]',
      'rules[0].set.irreversible[0]: "./db/*" matches no file',
    ],
    ['a file with the other slash', 'defaults: { irreversible: ["db\\\\*"] }', 'matches no file'],
    [
      'a forge that no repository is on',
      `${FORGES}allow: { repositories: ["github.com/acme/*"] }`,
      'forges[1]: "gitlab.com" is a forge that no repository of allow.repositories is on',
    ],
    ['channels that are no names', 'allow: { channels: ["#a b"] }', '"#a b" can match nothing: no channel has such a name'],
    [
      'channels of an entry that is not there',
      'channels: [{ type: slack, tokenFile: t }]\nallow: { channels: ["ops:#rel-*"] }\ndefaults: { channel: "#a" }',
      'names ops, which is not in channels; known are slack',
    ],
  ])('is refused, by its line and with what there is: %s', async (_, yaml, says) => {
    expect(look(yaml).faults.join('\n')).toContain(says)
    using folder = configFolder(`apiVersion: kedge/v1\n${yaml}\n`)
    const terminal = createTerminal()
    expect([await runCli(['config', 'validate', '-c', folder.file], terminal), terminal.err()]).toEqual([
      2,
      expect.stringContaining('line '),
    ])
  })

  it.each([
    ['a cluster by a glob, and a namespace of one of them', rule('cluster: "*st", namespace: [pay]')],
    [
      'every namespace of a cluster that is looked at as a whole',
      'clusters: [{ name: a }]\nrules: [{ match: { namespace: x-* }, set: { mode: observe } }]',
    ],
    [
      'names with dots, projects and labels as Kubernetes has them',
      rule('name: "v1.*", project: team-?, labels: { app.kubernetes.io/name: "A_b.c*" }'),
    ],
    ['files from the root of the repository', 'defaults: { irreversible: ["db/**", "**/schema.sql", "..a/*"] }'],
    ['each forge with its repository', `${FORGES}allow: { repositories: ["git@github.com:acme/x", "https://GitLab.com/a/**"] }`],
    [
      'channels of any entry',
      'channels: [{ type: slack, tokenFile: t }]\nallow: { channels: ["*:#rel-*", "übung"] }\ndefaults: { channel: "#a" }',
    ],
  ])('is not: %s', (_, yaml) => {
    expect(look(yaml).faults).toEqual([])
  })
})

describe('what does nothing, and no harm', () => {
  it.each([
    ['a forge without a repository', FORGES, 'forges[0]: is asked nothing: `allow.repositories` names none'],
    [
      'a repository without a forge',
      'forges: [{ type: github, tokenFile: t }]\nallow: { repositories: ["github.com/a/b", "git.example/a/b"] }',
      '"git.example/a/b" is read alone: no forge of `forges` is at git.example',
    ],
    ['a rule that sets nothing', 'rules: [{ match: { name: x }, set: {} }]', 'rules[0].set: sets nothing'],
    [
      'a channel that nothing names',
      'channels: [{ type: slack, tokenFile: t }, { type: slack, name: ops, tokenFile: t }]\n' + 'defaults: { channel: "ops:#a" }',
      'channels[0]: "slack" is never told anything',
    ],
  ])('is warned of: %s', (_, yaml, says) => {
    const { faults, warnings } = look(yaml)
    expect([faults, warnings.join('\n')]).toEqual([[], expect.stringContaining(says)])
  })

  it('is not what an address leads to: the first without a name, one with one place by its own, any by what annotations may choose', () => {
    const channels =
      'channels: [{ type: slack, tokenFile: t }, { type: teams, webhookUrlFile: u }, { type: slack, name: ops, tokenFile: t }]\n'
    expect(look(`${channels}defaults: { channel: "#a", alsoTell: [teams] }\nallow: { channels: ["o*:#x"] }`).warnings).toEqual([])
    expect(look(`${channels}defaults: { channel: "teams" }`).warnings.map((line) => /channels\[\d\]/.exec(line)?.[0])).toEqual([
      'channels[0]',
      'channels[2]',
    ])
  })
})
