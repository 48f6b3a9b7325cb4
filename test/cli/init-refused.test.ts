import { existsSync, lstatSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { flagOf } from '../../src/cli/init/flags.ts'
import { QUESTIONS } from '../../src/cli/init/questions.ts'
import { runCli } from '../../src/cli/program.ts'
import { at, FULL, GITHUB, init, useInitFolder, written } from './init-folder.ts'
import { createTerminal } from './terminal.ts'

useInitFolder()

describe('what is there already', () => {
  test('is not replaced, and nothing is written beside it', async () => {
    writeFileSync(at('values.yaml'), 'mine')
    const [code, terminal] = await init(['--no-input'])
    expect([code, terminal.out()]).toEqual([2, ''])
    expect(terminal.err()).toContain('E_INIT_EXISTS')
    expect([readFileSync(at('values.yaml'), 'utf8'), written()]).toEqual(['mine', ['values.yaml']])
  })

  test('is replaced with --force, but never what is no plain file', async () => {
    writeFileSync(at('values.yaml'), 'mine')
    expect((await init(['--no-input', '--force']))[0]).toBe(0)
    expect(readFileSync(at('values.yaml'), 'utf8')).toContain('mode: observe')
    rmSync(at('values.yaml'))
    writeFileSync(at('elsewhere'), 'precious')
    symlinkSync(at('elsewhere'), at('values.yaml'))
    const [code, terminal] = await init(['--no-input', '--force'])
    expect([code, terminal.err()]).toEqual([2, expect.stringContaining('is no plain file')])
    expect([lstatSync(at('values.yaml')).isSymbolicLink(), readFileSync(at('elsewhere'), 'utf8')]).toEqual([true, 'precious'])
  })

  test('a folder that is not there is told, and nothing is left', async () => {
    const terminal = createTerminal()
    expect(await runCli(['init', '--no-input', '-c', at('kedge.yaml'), '--values', at('no/values.yaml')], terminal)).toBe(2)
    expect([terminal.err(), written()]).toEqual([expect.stringContaining('E_FILE_UNREADABLE'), []])
  })
})

describe('an answer that cannot be used', () => {
  const HOSTILE: readonly (readonly [string, readonly string[], string])[] = [
    ['a repository without a host', ['--forge', 'github', '--repository', 'acme/*'], 'must be on github.com'],
    ['a repository of another host', ['--forge', 'github', '--repository', 'https://gitlab.com/acme/x'], 'must be on github.com'],
    [
      'a repository that two parsers read apart',
      ['--forge', 'github', '--repository', 'https://github.com#@evil/a'],
      'must be host and path',
    ],
    ['no repository', ['--forge', 'github'], 'is needed: credentials go to no repository that is not named'],
    ['no address of a Gitea', ['--forge', 'gitea', '--repository', 'g.example/a/b'], '--forge-url is needed'],
    ['an unknown forge', ['--forge', 'svn'], 'svn'],
    [
      'a way to sign in that the forge has not',
      ['--forge', 'gitlab', '--sign-in', 'app', '--repository', 'gitlab.com/a/b'],
      'means nothing',
    ],
    ['a channel without its type', ['--channel', '#releases'], 'means nothing beside the other answers'],
    ['two channels', ['--channel-type', 'slack', '--channel', '#a,#b'], 'is no name of a channel'],
    ['PRs without a forge', ['--mode', 'pr'], 'needs --forge'],
    ['PRs that nobody is told of', [...GITHUB, '--mode', 'pr'], 'needs --channel-type'],
    ['YAML in a name', ['--namespaces', 'shop: {}'], 'is no name of a namespace'],
    ['a line break', ['--namespaces', 'shop\nmode: pr'], 'must be one short line'],
    ['a terminal sequence', ['--image', 'a\u001b[2Jb'], 'must be one short line'],
    ['a command for the shell', ['--webhook-host', '$(reboot).example'], 'is no host name'],
    ['a command in an address', ['--public-url', 'https://a.example/$(reboot)'], 'must be an address in plain letters'],
    ['a namespace of others', ['--install-namespace', 'kube-system'], 'is for others'],
    ['an address in clear for a token', ['--argocd-api', 'http://argocd.example'], 'must be https'],
    ['a very long text', ['--public-url', `https://a.example/${'a'.repeat(5_000)}`], 'must be one short line'],
    ['one file for both', ['--values', 'x', '--config', 'x'], 'are one file'],
  ]
  test.each(HOSTILE)('is refused with its flag and its reason, and nothing is written: %s', async (_, flags, says) => {
    const [code, terminal] = await init(['--no-input', ...flags])
    expect([code, terminal.err(), written()]).toEqual([2, expect.stringContaining(says), []])
  })

  test.each(QUESTIONS.filter(({ choices }) => !choices).map(({ id }) => flagOf(id)))(
    'is not said again where it looks like a secret, whatever the question: %s',
    async (flag) => {
      for (const secret of [`ghp_${'a1B2'.repeat(9)}`, 'https://me:hunter2pass@github.com/acme/x', `xoxb-1-${'a1'.repeat(9)}`]) {
        const [code, terminal] = await init([
          '--no-input',
          ...FULL,
          ...(flag === '--repository' ? ['--forge', 'github'] : []),
          flag,
          secret,
        ])
        expect([code, terminal.err(), existsSync(at('kedge.yaml'))]).toEqual([2, expect.stringContaining('looks like a secret'), false])
        expect(terminal.err()).not.toMatch(/ghp_|hunter2|xoxb-1/)
      }
    },
  )
})
