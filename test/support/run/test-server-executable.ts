import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildOnce } from '../../../temporal/embedded/build-once.js';
import { cacheFolder } from '../../../temporal/embedded/cache-folder.js';
import { findOnPath, isExecutable, lastLines, run } from '../../../temporal/embedded/command.js';
import { loopback } from '../../../temporal/embedded/ports.js';
import { download, downloadPath } from '../../../temporal/embedded/sdk-download.js';
import { findExecutable, type Source } from '../../../temporal/embedded/sources.js';

const mavenVersion = '1.38.0';
const mavenName = `temporal-test-server-${mavenVersion}`;

const remedy = 'Install Java 11 or later and Maven, or let this machine reach the internet for the SDK to download it.';

/**
 * The path of the test server, a program that takes a port: from the user's cache, else the SDK's download, else Maven
 * and Java.
 */
export async function findTestServer(
  onProgress: (message: string) => void,
  env: NodeJS.ProcessEnv = process.env,
): Promise<string> {
  const sources = [sdkDownload(cacheFolder(env)), mavenGathered(cacheFolder(env), env)];
  return findExecutable('time-skipping test server', sources, remedy, onProgress);
}

function sdkDownload(cache: string): Source {
  const folder = join(cache, 'sdk-downloads');
  return {
    name: "the Temporal SDK's own download",
    existing: async () => {
      const path = downloadPath('temporal-test-server', folder);
      return (await isExecutable(path)) ? path : undefined;
    },
    obtain: async (onProgress) => {
      await mkdir(folder, { recursive: true });
      return download('temporal-test-server', folder, onProgress);
    },
  };
}

/** The same server from Maven Central, as jars that Java runs. */
function mavenGathered(cache: string, env: NodeJS.ProcessEnv): Source {
  const folder = join(cache, mavenName);
  const path = join(folder, 'temporal-test-server');
  const existing = async () =>
    (await isExecutable(path)) && (await findOnPath('java', env['PATH'])) !== undefined ? path : undefined;
  return {
    name: `Maven's io.temporal:temporal-test-server:${mavenVersion}, run by Java`,
    existing,
    obtain: async (onProgress) => {
      for (const tool of ['java', 'mvn']) {
        if ((await findOnPath(tool, env['PATH'])) === undefined) throw new Error(`${tool} is not on the PATH`);
      }
      await buildOnce({
        folder,
        isDone: async () => (await existing()) !== undefined,
        build: (into) => gather(into, env, onProgress),
        onWaiting: (seconds) => onProgress(`waiting for another process that gathers ${mavenName} … ${seconds} s`),
      });
      return path;
    },
  };
}

const pom = `<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>outflow</groupId><artifactId>test-server</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>io.temporal</groupId><artifactId>temporal-test-server</artifactId><version>${mavenVersion}</version></dependency>
  </dependencies>
</project>
`;

/** The server's own main class listens on every network interface; this one does the same on 127.0.0.1 only. */
const loopbackMain = `import io.grpc.InsecureServerCredentials;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.temporal.internal.testservice.GRPCServerHelper;
import io.temporal.internal.testservice.TestServicesStarter;
import java.net.InetSocketAddress;

public class LoopbackTestServer {
  public static void main(String[] args) throws Exception {
    var address = new InetSocketAddress("${loopback}", Integer.parseInt(args[0]));
    var server = NettyServerBuilder.forAddress(address, InsecureServerCredentials.create());
    GRPCServerHelper.registerServicesAndHealthChecks(new TestServicesStarter(true, 0).getServices(), server);
    server.build().start().awaitTermination();
  }
}
`;

const wrapper = (main: string) => `#!/bin/sh
exec java -XX:TieredStopAtLevel=1 -cp "$(dirname "$0"):$(dirname "$0")/lib/*" ${main} "$@"
`;

async function gather(into: string, env: NodeJS.ProcessEnv, onProgress: (message: string) => void): Promise<void> {
  const gathering = `gathering ${mavenName} with Maven (once; under a minute)`;
  onProgress(gathering);
  await writeFile(join(into, 'pom.xml'), pom);
  await runOrThrow('mvn', ['--batch-mode', '--quiet', 'dependency:copy-dependencies', '-DoutputDirectory=lib'], {
    env,
    cwd: into,
    onWaiting: (seconds) => onProgress(`${gathering} … ${seconds} s`),
  });
  await writeFile(join(into, 'LoopbackTestServer.java'), loopbackMain);
  const hasCompiler = (await findOnPath('javac', env['PATH'])) !== undefined;
  if (hasCompiler)
    await runOrThrow('javac', ['-cp', 'lib/*', '-d', '.', 'LoopbackTestServer.java'], { env, cwd: into });
  const main = hasCompiler ? 'LoopbackTestServer' : 'io.temporal.testserver.TestServer';
  await writeFile(join(into, 'temporal-test-server'), wrapper(main), { mode: 0o755 });
}

async function runOrThrow(...[command, args, options]: Parameters<typeof run>): Promise<void> {
  const { code, output } = await run(command, args, options);
  if (code !== 0) throw new Error(`${command} ended with code ${String(code)}:\n${lastLines(output)}`);
}
