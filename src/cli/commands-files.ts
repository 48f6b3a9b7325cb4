import { Option, type Command } from 'commander'
import { configFileOf } from '../config/env.ts'
import { KedgeError } from '../domain/errors.ts'
import type { CliContext, Settle } from './context.ts'
import { helpWith, outputOption } from './options.ts'

/** Commands that need no running Kedge: health, argocd-cm, ledger, config. */
export function addFileCommands(program: Command, context: CliContext, settle: Settle): void {
  addHealth(program, context, settle)
  addLedger(program, context, settle)
  addConfig(program, context, settle)
}

function addHealth(program: Command, context: CliContext, settle: Settle): void {
  program
    .command('health')
    .description('what Argo CD would say of Rollouts, AnalysisRuns and Experiments in files')
    .requiredOption('-f, --filename <file...>', 'files, folders, or - for standard input')
    .addOption(outputOption(['table', 'json']))
    .addHelpText('after', helpWith(['kubectl get rollout checkout -o yaml | kedge health -f -', 'kedge health -f rollouts/ -o json']))
    .action(async ({ filename, output }: { filename: string[]; output: 'table' | 'json' }) => {
      const { runHealth } = await import('./commands/health.ts')
      await settle(runHealth({ files: filename, output }, context.io))
    })
  program
    .command('argocd-cm')
    .description("the health checks for Argo CD's ConfigMap argocd-cm, ready to apply")
    .addOption(
      new Option('--format <format>', 'for which way of installing Argo CD')
        .choices(['configmap', 'kustomize', 'helm'])
        .default('configmap'),
    )
    .addHelpText(
      'after',
      helpWith([
        'kedge argocd-cm > kedge-health.yaml',
        'kubectl -n argocd patch configmap argocd-cm --type merge --patch-file kedge-health.yaml',
      ]),
    )
    .action(async ({ format }: { format: string }) => {
      const { printArgocdCm } = await import('./commands/argocd-cm.ts')
      await settle(printArgocdCm({ format }, context.io))
    })
}

function addLedger(program: Command, context: CliContext, settle: Settle): void {
  const ledger = program.command('ledger').description('check or print the journal; works beside a running service')
  ledger
    .command('verify')
    .description('walk the whole chain')
    .argument('[file]', 'a ledger, an export, or - for standard input; that of the configuration where nothing is said')
    .option('-c, --config <file>', 'configuration that names the ledger')
    .addOption(outputOption(['text', 'json']))
    .addHelpText(
      'after',
      helpWith(
        ['kedge ledger verify', 'kedge ledger export | kedge ledger verify -'],
        'A chain says nothing of what was cut off at its end. Compare the head with one that you have noted elsewhere.',
      ),
    )
    .action(async (file: string | undefined, { config, output }: { config?: string; output: 'text' | 'json' }) => {
      const { runLedgerVerify } = await import('./commands/ledger.ts')
      await settle(runLedgerVerify({ path: file ?? (await ledgerPath(config, context)), output }, context.io))
    })
  ledger
    .command('export')
    .description('print every record, oldest first')
    .argument('[file]', 'a ledger; that of the configuration where nothing is said')
    .option('-c, --config <file>', 'configuration that names the ledger')
    .addOption(
      new Option('--format <format>', 'jsonl can be verified anywhere; csv is for spreadsheets').choices(['jsonl', 'csv']).default('jsonl'),
    )
    .addHelpText('after', helpWith(['kedge ledger export > ledger.jsonl', 'kedge ledger export --format csv > ledger.csv']))
    .action(async (file: string | undefined, { config, format }: { config?: string; format: string }) => {
      const { runLedgerExport } = await import('./commands/ledger.ts')
      await settle(runLedgerExport({ path: file ?? (await ledgerPath(config, context)), format }, context.io))
    })
}

function addConfig(program: Command, context: CliContext, settle: Settle): void {
  const config = program.command('config').description('check a configuration, or print the schema of one')
  config
    .command('validate')
    .description('tell every fault at once, and start nothing')
    .option('-c, --config <file>', 'configuration; KEDGE_CONFIG says it, too, else kedge.yaml')
    .option('--secrets', 'look for the secrets that it names, too')
    .addOption(outputOption(['text', 'json']))
    .addHelpText('after', helpWith(['kedge config validate --config kedge.yaml', 'kedge config validate --secrets -o json']))
    .action(async ({ config: file, secrets, output }: { config?: string; secrets?: boolean; output: 'text' | 'json' }) => {
      const { runConfigValidate } = await import('./commands/config.ts')
      await settle(runConfigValidate({ file: configFileOf(file, context.env), output, ...(secrets && { env: context.env }) }, context.io))
    })
  config
    .command('schema')
    .description('print the JSON Schema, for editors and Helm')
    .addHelpText('after', helpWith(['kedge config schema > kedge.schema.json']))
    .action(async () => {
      const { runConfigSchema } = await import('./commands/config.ts')
      await settle(runConfigSchema({}, context.io))
    })
}

/**
 * Where the ledger is: as the configuration says. Without one, at its usual place; one that was named must be readable.
 * @throws KedgeError E_CONFIG_INVALID
 */
async function ledgerPath(config: string | undefined, { env }: CliContext): Promise<string> {
  const { checkConfig, describeFaults } = await import('../config/load.ts')
  const file = configFileOf(config, env)
  const { loaded, faults } = checkConfig({ file, env }, { secrets: false })
  if (loaded) return loaded.config.ledger.path
  if (config !== undefined || env['KEDGE_CONFIG']) throw new KedgeError('E_CONFIG_INVALID', describeFaults(file, faults))
  return '.kedge/ledger.db'
}
