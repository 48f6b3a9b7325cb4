import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CAUSES } from '../../src/api/filters.ts'
import { createProgram, runCli } from '../../src/cli/program.ts'
import { createTerminal } from './terminal.ts'

// The scripts in the shells themselves. Where one is not installed, its tests are left out.

const LEAVES = createProgram(createTerminal(), async () => undefined)
  .commands.map((command) => command.name())
  .filter((name) => name !== '__complete')

let folder: string
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'kedge-completion-'))))
afterAll(() => rmSync(folder, { recursive: true }))

async function scriptFor(shell: string): Promise<string> {
  const terminal = createTerminal()
  expect(await runCli(['completion', shell], terminal)).toBe(0)
  const file = join(folder, shell)
  writeFileSync(file, terminal.out())
  return file
}

function run(program: string, argv: readonly string[]): string[] {
  const { status, stdout, stderr } = spawnSync(program, argv, { encoding: 'utf8', timeout: 20_000 })
  expect([status, stderr]).toEqual([0, ''])
  return stdout.split(/\s+/).filter(Boolean)
}

const has = (program: string): boolean => spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0

/** What the shell offers for the last of these words. */
type Offer = (...words: string[]) => Promise<string[]>

const bash: Offer = async (...words) => {
  const ask = 'source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _kedge; echo "${COMPREPLY[@]}"'
  return run('bash', ['--norc', '-c', ask, 'bash', await scriptFor('bash'), ...words])
}

const zsh: Offer = async (...words) => {
  // What completes for the person at the terminal is taken down instead: only the words, without what they mean.
  const ask = `compdef() { }; _files() { }
    compadd() { [[ "$1" = -- ]] && shift; print -r -- "$@" }
    _describe() { print -r -- "\${(@)\${(P)@[-1]}%%:*}" }
    source "$1"; shift; words=("$@"); CURRENT=$#; _kedge`
  return run('zsh', ['-f', '-c', ask, 'zsh', await scriptFor('zsh'), ...words])
}

const fish: Offer = async (...words) => {
  const ask = 'source $argv[1]; complete -C "$argv[2]" | string replace -r "\\t.*" ""; or true'
  return run('fish', ['--no-config', '-c', ask, await scriptFor('fish'), words.join(' ')])
}

describe.each([
  ['bash', bash],
  ['zsh', zsh],
  ['fish', fish],
] as const)('%s', (shell, offer) => {
  describe.runIf(has(shell))('where it is installed', () => {
    test('is offered every command, those below a command, and its flags', { timeout: 30_000 }, async () => {
      expect(await offer('kedge', '')).toEqual(expect.arrayContaining(LEAVES))
      expect(await offer('kedge', 'ledger', '')).toEqual(expect.arrayContaining(['verify', 'export', 'backup']))
      expect(await offer('kedge', 'status', '--')).toEqual(expect.arrayContaining(['--namespace', '--cause', '--watch', '--help']))
      expect(await offer('kedge', 'ledger', 'verify', '--')).not.toContain('--namespace')
    })

    test('is offered the words that a flag takes, and only these', { timeout: 30_000 }, async () => {
      expect((await offer('kedge', 'status', '--cause', '')).toSorted()).toEqual(CAUSES.toSorted())
      expect(await offer('kedge', 'status', '-n', 'x', '-o', '')).toEqual(expect.arrayContaining(['table', 'wide', 'json', 'name']))
    })

    test('is offered the words that an argument may be, and flags after one whose value may be left out', { timeout: 30_000 }, async () => {
      expect(await offer('kedge', 'completion', '')).toEqual(expect.arrayContaining(['bash', 'zsh', 'fish']))
      expect(await offer('kedge', 'status', '-w', '--')).toContain('--cause')
    })
  })
})

test('bash parts a flag from its value at the sign between them, and is offered the value', { timeout: 30_000 }, async () => {
  expect(await bash('kedge', 'status', '--cause', '=', 'analysis-f')).toEqual(['analysis-failed'])
  expect((await bash('kedge', 'status', '--cause', '=')).toSorted()).toEqual(CAUSES.toSorted())
})

async function kubectl(...words: string[]): Promise<string[]> {
  const terminal = createTerminal()
  expect(await runCli(['__complete', ...words], terminal)).toBe(0)
  return terminal.out().trim().split('\n')
}

const names = (lines: readonly string[]): readonly string[] => lines.slice(0, -1).map((line) => line.split('\t')[0] ?? '')

describe('kubectl', () => {
  test('is offered what fits the word that was begun, with what it means, and no files', async () => {
    expect(names(await kubectl(''))).toEqual(expect.arrayContaining(LEAVES))
    expect(await kubectl('stat')).toEqual([expect.stringMatching(/^status\t./), ':4'])
    expect(names(await kubectl('ledger', 'ver'))).toEqual(['verify', 'verify-attestation'])
    expect(names(await kubectl('status', '--na'))).toEqual(['--namespace', '--name'])
    expect(names(await kubectl('ledger', 'verify', '--'))).not.toContain('--namespace')
  })

  test('is offered the words that a flag takes, also after the sign between them', async () => {
    expect(names(await kubectl('status', '--cause', '')).toSorted()).toEqual(CAUSES.toSorted())
    expect(names(await kubectl('status', '--cause=analysis-f'))).toEqual(['--cause=analysis-failed'])
  })

  test('is told that anything may stand where nobody can list what may', async () => {
    expect(await kubectl('status', '--namespace', '')).toEqual([':0'])
    expect(await kubectl('explain', '')).toEqual([':0'])
  })

  test('is asked by a script that calls the plugin, and the words that ask are no command of anybody', async () => {
    const script = await scriptFor('kubectl')
    writeFileSync(join(folder, 'kubectl-kedge'), '#!/bin/sh\nprintf "%s\\n" "$@"\n', { mode: 0o755 })
    const { stdout } = spawnSync('sh', [script, 'status', ''], { encoding: 'utf8', env: { PATH: `${folder}:${process.env['PATH']}` } })
    expect(stdout).toBe('__complete\nstatus\n\n')
    expect(names(await kubectl(''))).not.toContain('__complete')
  })
})

test('another shell is wrong use', async () => {
  expect(await runCli(['completion', 'tcsh'], createTerminal())).toBe(2)
})
