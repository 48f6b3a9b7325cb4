import { mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Git asks it "Username for …" or "Password for …" and reads the answer. It holds no secret: both are in its environment. */
const SCRIPT = `#!/bin/sh
case "$1" in
Username*) printf '%s\\n' "$KEDGE_GIT_USERNAME" ;;
*) printf '%s\\n' "$KEDGE_GIT_PASSWORD" ;;
esac
`

/** Puts the askpass program and an empty home directory under `root`. Safe to call again. */
export async function layOut(root: string): Promise<{ askpass: string; home: string }> {
  const home = join(root, 'home')
  await mkdir(home, { recursive: true, mode: 0o700 })
  const askpass = join(root, 'askpass')
  // Written aside first: a program that is being written cannot be run.
  await writeFile(`${askpass}.new`, SCRIPT, { mode: 0o700 })
  await rename(`${askpass}.new`, askpass)
  return { askpass, home }
}
