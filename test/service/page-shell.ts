import { execFile } from 'node:child_process'
import { existsSync, globSync } from 'node:fs'
import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { findHelm } from '../../tools/chart/helm.ts'

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url))
const CHARTS = fileURLToPath(new URL('../../charts', import.meta.url))

const REVIEWS = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews'
const MAY_LIST = JSON.stringify({
  apiVersion: 'authorization.k8s.io/v1',
  kind: 'SelfSubjectAccessReview',
  spec: { resourceAttributes: { verb: 'list', group: 'argoproj.io', resource: 'rollouts' } },
})

/** The kubectl on the search path, else one that the bench has built; undefined without either. */
export function findKubectl(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  const built = globSync(join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'kedge-bench/bin/kubernetes-*'))
  return [...folders, ...built].map((folder) => join(folder, 'kubectl')).find((file) => existsSync(file))
}

/** Runs blocks of a page in a folder, by bash, with the programs that stand there. */
export interface PageShell {
  /** @returns what it printed @throws Error with that, where a command of it fails */
  run(block: string, env?: Readonly<Record<string, string>>): Promise<string>
}

/**
 * `kedge` and `kubectl` are the real ones; the latter reads the file `contexts` of the folder. API servers are stand-ins that hold Argo's
 * objects, so what they could not take is done beside them:
 * - `apply -f -` leaves the manifests in `applied-CONTEXT.yaml`;
 * - `get secret` reads `secret-CONTEXT.yaml`, which the test fills in as Kubernetes does;
 * - `create` goes no further than `--dry-run=client`, and Secrets are left in `created.yaml`; they get no label;
 * - `auth can-i` is asked of the same API, in JSON;
 * - `exec deploy/kedge --` runs the command here, on the configuration in `pod.yaml`;
 * - `helm upgrade --install` is `helm template` with the same flags, into `rendered.yaml`.
 */
export async function openPageShell(folder: string): Promise<PageShell> {
  const [kubectl, helm] = [findKubectl() ?? 'kubectl', findHelm() ?? 'helm']
  const script = async (name: string, lines: readonly string[]): Promise<void> => {
    await writeFile(join(folder, 'bin', name), ['#!/bin/bash', 'set -eu', ...lines, ''].join('\n'))
    await chmod(join(folder, 'bin', name), 0o755)
  }
  await mkdir(join(folder, 'bin'))
  await symlink(CHARTS, join(folder, 'charts'))
  await script('kedge', [`exec '${process.execPath}' '${MAIN}' "$@"`])
  await script('helm', [
    'args=()',
    'for arg in "$@"; do case $arg in --kube-context|hub|--install) ;; upgrade) args+=(template) ;; *) args+=("$arg") ;; esac; done',
    `exec '${helm}' "\${args[@]}" > rendered.yaml`,
  ])
  await script('kubectl', [
    `kubectl='${kubectl}'`,
    'export KUBECONFIG=contexts',
    'case "$*" in',
    '  "--context "*" apply -f -") exec cat > "applied-$2.yaml" ;;',
    '  *" -n kedge get secret kedge-reader -o "*) exec "$kubectl" label --local -f "secret-$2.yaml" page=read -o "${!#}" ;;',
    '  *" create secret "*) echo --- >> created.yaml; exec "$kubectl" "$@" --dry-run=client -o yaml >> created.yaml ;;',
    '  *" label secret "*) exit ;;',
    '  *" create "*) exec "$kubectl" "$@" --dry-run=client -o name ;;',
    '  *" exec deploy/kedge -- kedge "*) shift 8; exec kedge "$@" --config pod.yaml ;;',
    // A kubeconfig that is named is asked alone. A newer kubectl asks in protobuf, which the stand-in does not read: the same in JSON.
    `  "--kubeconfig "*" auth can-i list rollouts.argoproj.io --all-namespaces")`,
    `    "$kubectl" --kubeconfig "$2" create --raw ${REVIEWS} -f <(echo '${MAY_LIST}') > review.json`,
    `    grep -q '"allowed":true' review.json && echo yes || { echo no; exit 1; } ;;`,
    '  "--kubeconfig "*) unset KUBECONFIG; exec "$kubectl" "$@" ;;',
    '  *) exec "$kubectl" "$@" ;;',
    'esac',
  ])
  const PATH = [join(folder, 'bin'), process.env['PATH']].join(delimiter)
  return {
    async run(block, env = {}) {
      // Not `spawnSync`: what answers is in this process.
      const given = { cwd: folder, env: { PATH, HOME: folder, ...env } }
      const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', block], given).catch(
        (fault: Error & { stdout: string; stderr: string }) => {
          throw new Error(`${block}\n${fault.stdout}${fault.stderr}`, { cause: fault })
        },
      )
      return stdout
    },
  }
}
