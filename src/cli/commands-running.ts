import type { Command } from 'commander'
import type { CliContext, Settle } from './context.ts'
import { helpWith, outputOption, parsePort, parseSeconds } from './options.ts'

/** Commands that do the work themselves: serve, doctor, demo, replay, record. */
export function addRunningCommands(program: Command, context: CliContext, settle: Settle): void {
  addServe(program, context, settle)
  addDoctor(program, context, settle)
  addDemo(program, context, settle)
  addReplay(program, context, settle)
  addRecord(program, context, settle)
}

function addServe(program: Command, context: CliContext, settle: Settle): void {
  program
    .command('serve')
    .description('look after the clusters that the configuration names, until Ctrl-C or SIGTERM')
    .option('-c, --config <file>', 'configuration; KEDGE_CONFIG says it, too, else kedge.yaml')
    .addHelpText(
      'after',
      helpWith(
        ['kedge config validate --config kedge.yaml && kedge serve --config kedge.yaml'],
        'The default mode is observe: it looks, lists and records, and touches nothing outside.',
      ),
    )
    .action(async ({ config }: { config?: string }) => {
      const { runServe } = await import('./commands/serve.ts')
      await settle(runServe({ config }, context))
    })
}

function addDoctor(program: Command, context: CliContext, settle: Settle): void {
  program
    .command('doctor')
    .description('is everything there that Kedge needs: permissions, clusters, repositories, channel, ledger')
    .option('-c, --config <file>', 'configuration; KEDGE_CONFIG says it, too, else kedge.yaml')
    .addOption(outputOption(['text', 'json']))
    .addHelpText(
      'after',
      helpWith(
        ['kedge doctor --config kedge.yaml', 'helm -n kedge test kedge --logs'],
        'Each line: how it is, what it means, what to do. It changes nothing.',
      ),
    )
    .action(async ({ config, output }: { config?: string; output: 'text' | 'json' }) => {
      const { runDoctor } = await import('./commands/doctor.ts')
      await settle(runDoctor({ config, output }, context))
    })
}

function addDemo(program: Command, context: CliContext, settle: Settle): void {
  program
    .command('demo')
    .description('the whole story on this machine: a release, its abort, the revert, and N restored')
    .option('--once', 'end by itself; exit code 0 only if every step held')
    .option('--scenario <name>', 'another story: later-commit, image-bot, first-deploy, human-abort, error-not-failure, superseded')
    .option('-p, --port <number>', 'port of the page; 0 takes a free one', parsePort)
    .addHelpText(
      'after',
      helpWith(
        ['kedge demo', 'kedge demo --once --scenario later-commit'],
        'Needs git, and no cluster: the far ends are stand-ins on loopback, the service is the real one.',
      ),
    )
    .action(async ({ once = false, scenario, port }: { once?: boolean; scenario?: string; port?: number }) => {
      const { runDemo } = await import('./commands/demo.ts')
      await settle(runDemo({ once, scenario, port }, context.io))
    })
}

function addReplay(program: Command, context: CliContext, settle: Settle): void {
  program
    .command('replay')
    .description('what Kedge would have done with a recording, when, and why')
    .argument('<dir>', 'folder with events.jsonl and meta.json')
    .option('--repo <bundle>', 'Git bundle or repository; gitops.bundle in the folder or above it where nothing is said')
    .option('--policy <file>', 'a configuration to try on it; without one, mode pr with default settings')
    .addOption(outputOption(['text', 'json']))
    .addHelpText(
      'after',
      helpWith(['kedge record --out yesterday --for 2h', 'kedge replay yesterday --repo gitops.bundle --policy kedge.yaml']),
    )
    .action(async (dir: string, { repo, policy, output }: { repo?: string; policy?: string; output: 'text' | 'json' }) => {
      const { runReplay } = await import('./commands/replay.ts')
      await settle(runReplay({ dir, repo, policyFile: policy, output }, context.io))
    })
}

interface RecordFlags {
  out: string
  kubeconfig?: string
  context?: string
  namespace?: string[]
  argocdNamespace?: string[]
  for?: number
}

function addRecord(program: Command, context: CliContext, settle: Settle): void {
  program
    .command('record')
    .description('write what a cluster says of its Rollouts into a folder, for replay; reads only')
    .requiredOption('--out <dir>', 'a new or empty folder')
    .option('--kubeconfig <file>', 'kubeconfig; its usual place where nothing is said')
    .option('--context <name>', 'context of the kubeconfig')
    .option('-n, --namespace <name...>', 'only Rollouts of these namespaces')
    .option('--argocd-namespace <name...>', 'only Applications of these namespaces')
    .option('--for <time>', 'end after so long, such as 10m; at Ctrl-C where nothing is said', parseSeconds)
    .addHelpText(
      'after',
      helpWith(
        ['kedge record --out yesterday --for 2h -n shop --argocd-namespace argocd'],
        'Recordings hold whole objects: look before you share one.',
      ),
    )
    .action(async (flags: RecordFlags) => {
      const { runRecord } = await import('./commands/record.ts')
      const { out, kubeconfig, context: kubeContext, namespace, argocdNamespace, for: seconds } = flags
      await settle(
        runRecord(
          {
            out,
            kubeconfig,
            context: kubeContext,
            namespaces: namespace,
            applicationNamespaces: argocdNamespace,
            seconds,
          },
          context,
        ),
      )
    })
}
