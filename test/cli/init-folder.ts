import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach } from 'vitest'
import { runCli } from '../../src/cli/program.ts'
import { createTerminal, type Terminal } from './terminal.ts'

let folder = ''

/** Gives each test of the file that calls this a folder of its own. */
export function useInitFolder(): void {
  beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'kedge-init-'))))
  afterEach(() => rmSync(folder, { recursive: true }))
}

/** A file of the folder. */
export const at = (name: string): string => join(folder, name)

/** What lies in the folder. */
export const written = (): readonly string[] => readdirSync(folder)

/** Runs `kedge init` there. With `ask`, a person is at the terminal. @returns its exit code, and what was said */
export async function init(flags: readonly string[], ask?: (question: string) => Promise<string | undefined>): Promise<[number, Terminal]> {
  const terminal = createTerminal()
  if (ask) terminal.io.ask = ask
  return [await runCli(['init', '--config', at('kedge.yaml'), '--values', at('values.yaml'), ...flags], terminal), terminal]
}

/** The least that a person has to say of GitHub. */
export const GITHUB = ['--forge', 'github', '--repository', 'https://github.com/acme/gitops']

/** All that a person may say of GitHub with an App. */
export const FULL = [
  ...GITHUB,
  '--channel-type=slack',
  '--channel=#releases',
  '--mode=pr',
  '--webhook-host=hooks.acme.example',
  '--argocd-api=https://argocd-server.argocd.svc',
  '--argocd-url=https://argocd.acme.example',
]
