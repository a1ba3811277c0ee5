// Plays a story with the twilio CLI as it came: each line of the file is a step, in JSON. What
// `twilio` does at its start (the command tree, made of the specification) is done once, and then
// each command is run as `twilio` would run it. Prints the command tree, then a line for each step.
const fs = require("fs");
const path = require("path");
const { Config } = require("@oclif/core");

const HOME = path.dirname(require.resolve("twilio-cli/package.json"));

async function started() {
  require("@twilio/cli-core").configureEnv();
  const config = await Config.load(HOME);
  await config.runHook("init", { id: "api", argv: [] });
  const { commands } = config.plugins.find(({ name }) => name === "api-cli-commands");
  const tree = new Map();
  for (const command of commands) {
    const { domainName, methodName, path } = command.actionDefinition;
    if (domainName === "conversations") tree.set(`${methodName.toUpperCase()} ${path}`, command);
  }
  return { config, tree };
}

// The flags by which a user gives these parameters of the API.
function flags(command, given) {
  const names = new Map(
    Object.entries(command.flags)
      .filter(([, flag]) => flag.apiDetails)
      .map(([name, flag]) => [flag.apiDetails.parameter.name, [name, flag.type]]),
  );
  return Object.entries(given).flatMap(([parameter, value]) => {
    const [name, type] = names.get(parameter);
    if (type === "boolean") return [value ? `--${name}` : `--no-${name}`];
    return [value].flat().flatMap((one) => [`--${name}`, String(one)]);
  });
}

// What a command writes while it runs.
async function heard(work) {
  const { stdout, stderr } = process;
  const said = { stdout: "", stderr: "" };
  const real = [stdout.write, stderr.write];
  stdout.write = (text) => ((said.stdout += text), true);
  stderr.write = (text) => ((said.stderr += text), true);
  try {
    await work();
    said.exit = 0;
  } catch (error) {
    said.exit = error.oclif?.exit ?? 1;
    if (error.oclif?.exit === undefined) said.stderr += error.stack;
  } finally {
    [stdout.write, stderr.write] = real;
  }
  return said;
}

async function play({ config, tree }, step, sids) {
  const command = tree.get(step.operation);
  const text = JSON.stringify(step.given).replace(/<([^<>"]+)>/g, (_, name) => sids[name] ?? name);
  const argv = [...flags(command, JSON.parse(text)), "-o", "json", "-l", "debug"];
  if (command.flags["no-limit"]) argv.push("--no-limit");
  const said = await heard(() => config.runCommand(command.id, argv));
  const answer = said.stdout.trim() ? JSON.parse(said.stdout) : [];
  sids[step.name] ??= answer[0]?.sid;
  return { name: step.name, command: command.id, ...said, stdout: undefined, answer };
}

(async () => {
  const cli = await started();
  console.log(JSON.stringify([...cli.tree.keys()]));
  const sids = {};
  for (const line of fs.readFileSync(process.argv[2], "utf8").trim().split("\n")) {
    console.log(JSON.stringify(await play(cli, JSON.parse(line), sids)));
  }
})();
