// What operators do in Flink's web UI, done in a headless Chromium by Playwright. See ../README.md.
//
//   node walk.mjs look            the job graph, the back pressure of a task, the checkpoints
//   node walk.mjs start SAVEPOINT uploads a jar and starts it from a savepoint
//   node walk.mjs cancel          cancels the job
//
// prints one line of JSON: what it saw. All else is in the environment.
import { createRequire } from 'node:module';

function required(name) {
  const value = process.env[name];
  if (!value) {
    console.error(`${name} is not set. walk.mjs needs WALK_URL, WALK_PLAYWRIGHT, WALK_BROWSER and WALK_PICTURES.`);
    process.exit(2);
  }
  return value;
}

const url = required('WALK_URL');
const pictures = required('WALK_PICTURES');
const { chromium } = createRequire(import.meta.url)(required('WALK_PLAYWRIGHT'));

/** A browser that shows the cluster's key, as REST and web UI ask for one. */
async function open() {
  const browser = await chromium.launch({ executablePath: required('WALK_BROWSER'), args: ['--no-sandbox'] });
  const key = process.env.WALK_KEY;
  const context = await browser.newContext({
    ignoreHTTPSErrors: true,
    viewport: { width: 1280, height: 900 },
    clientCertificates: key ? [{ origin: url, pfxPath: key, passphrase: required('WALK_KEY_PASSWORD') }] : [],
  });
  return { browser, page: await context.newPage() };
}

const picture = (page, name) => page.screenshot({ path: `${pictures}/${name}.png` });

/** The id of the running job, by its name in the list. */
async function openJob(page) {
  await page.goto(`${url}/#/job/running`);
  await page.getByText(required('WALK_JOB'), { exact: true }).first().click();
  await page.waitForURL(/job\/running\/[0-9a-f]{32}/);
  return page.url().match(/[0-9a-f]{32}/)[0];
}

/** Waits until a part of the page says something, and returns what the pattern takes of it. */
async function find(part, pattern) {
  await part.filter({ hasText: pattern }).waitFor({ timeout: 120000 });
  return (await part.innerText()).match(pattern)[1];
}

async function look(page) {
  await page.goto(`${url}/#/overview`);
  await page.getByText('Available Task Slots').waitFor();
  const job = await openJob(page);
  await page.getByText('Backpressured (max): 0%').first().waitFor();
  await picture(page, 'graph');
  await page.getByText('deduplicate-trades ->').first().click();
  const drawer = page.locator('flink-job-overview-drawer');
  await drawer.getByText('BackPressure', { exact: true }).click();
  const status = await find(drawer, /Back Pressure Status:\s*(OK|LOW|HIGH)/);
  await picture(page, 'back-pressure');
  await page.goto(`${url}/#/job/running/${job}/checkpoints`);
  const checkpoints = page.locator('flink-job-checkpoints');
  await checkpoints.getByText('Latest Completed Checkpoint').waitFor();
  const completed = Number(await find(checkpoints, /Completed:\s*([1-9]\d*)/));
  await picture(page, 'checkpoints');
  return { job, status, completed };
}

/** Up to Flink 2.2 at least the page sends arguments under a name that REST no longer knows (FLINK-39310). */
const withArguments = (page, given) =>
  page.route(/\/jars\/[^/]+\/run/, (route) => {
    const body = { ...route.request().postDataJSON(), programArgsList: given };
    return route.continue({ postData: JSON.stringify(body) });
  });

async function start(page, savepoint) {
  const given = JSON.parse(required('WALK_ARGUMENTS'));
  await withArguments(page, given);
  await page.goto(`${url}/#/submit`);
  const jar = required('WALK_JAR');
  await page.locator('#upload-file').setInputFiles(jar);
  const name = page.getByText(jar.split('/').pop(), { exact: true }).first();
  await name.click({ timeout: 120000 });
  // Each jar of the list has its own fields, all but one hidden.
  const field = (label) => page.getByPlaceholder(label).locator('visible=true');
  await field('Program Arguments').fill(given.join(' '));
  await field('Parallelism').fill(required('WALK_PARALLELISM'));
  await field('Savepoint Path').fill(savepoint);
  await picture(page, 'submit');
  await page.getByRole('button', { name: 'Submit', exact: true }).locator('visible=true').click();
  await page.waitForURL(/job\/running\/[0-9a-f]{32}/, { timeout: 120000 });
  const job = page.url().match(/[0-9a-f]{32}/)[0];
  await page.goto(`${url}/#/job/running/${job}/checkpoints`);
  const checkpoints = page.locator('flink-job-checkpoints');
  const restoredFrom = await find(checkpoints, /Latest Restore[\s\S]*Path:\s*(\S+)/);
  await picture(page, 'restored');
  return { job, restoredFrom };
}

async function cancel(page) {
  const job = await openJob(page);
  await page.getByText('Cancel Job', { exact: true }).click();
  await page.getByRole('button', { name: /^(OK|Yes)$/ }).click();
  await page.getByText('CANCELED', { exact: true }).first().waitFor({ timeout: 60000 });
  await picture(page, 'canceled');
  return { job };
}

const steps = { look, start, cancel };
const [step, ...rest] = process.argv.slice(2);
if (!steps[step]) {
  console.error('Usage: node walk.mjs look | start SAVEPOINT | cancel');
  process.exit(2);
}
const { browser, page } = await open();
try {
  console.log(JSON.stringify(await steps[step](page, ...rest)));
} catch (failure) {
  await picture(page, 'failed');
  console.error(`${failure.message}\nThe page when it failed: ${pictures}/failed.png`);
  process.exitCode = 1;
} finally {
  await browser.close();
}
