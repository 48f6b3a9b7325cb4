import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** What the lint said of one planted file. */
export interface Finding {
  file: string
  line: number
  /** As `kedge(layers)`. */
  rule: string
  message: string
}

/**
 * Runs the project's own lint, with its configuration and its rules, on files planted in an empty tree.
 * @param files content by path from the project's root
 */
export async function lintPlanted(files: Readonly<Record<string, string>>): Promise<readonly Finding[]> {
  const tree = await mkdtemp(join(tmpdir(), 'kedge-lint-'))
  try {
    await cp(join(ROOT, '.oxlintrc.json'), join(tree, '.oxlintrc.json'))
    await cp(join(ROOT, 'package.json'), join(tree, 'package.json'))
    for (const folder of ['lint', 'layers']) await cp(join(ROOT, 'tools', folder), join(tree, 'tools', folder), { recursive: true })
    for (const [file, content] of Object.entries(files)) {
      await mkdir(dirname(join(tree, file)), { recursive: true })
      await writeFile(join(tree, file), content)
    }
    return findings(await run(tree, Object.keys(files)))
  } finally {
    await rm(tree, { recursive: true, force: true })
  }
}

function run(cwd: string, files: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const args = [join(ROOT, 'node_modules/oxlint/bin/oxlint'), '-f', 'json', ...files]
    execFile(process.execPath, args, { cwd, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      // 1 is what the lint answers when it has findings.
      if (error !== null && error.code !== 1) reject(new Error(`oxlint ended with ${error.code}: ${stdout}${stderr}`))
      else resolve(stdout)
    })
  })
}

function findings(output: string): readonly Finding[] {
  const report = JSON.parse(output) as {
    diagnostics: { code: string; message: string; filename: string; labels: { span: { line: number } }[] }[]
  }
  return report.diagnostics.map(({ code, message, filename, labels }) => ({
    file: filename,
    line: labels[0]?.span.line ?? 0,
    rule: code,
    message,
  }))
}
