#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""presets: every preset and every sample of rules passes `mugai rules check` with this build's filters; Test Anything Protocol.

    presets.py MUGAI SAMPLES FILTERS

Warnings may only be about filters that were not built, or that lack something on this host.
"""
import glob
import os
import subprocess
import sys
import tempfile

mugai, samples, filters = sys.argv[1:]
built = {os.path.basename(path)[:-3] for path in glob.glob(os.path.join(filters, '*.so'))}
count = failed = 0


def check(path, name):
    global count, failed
    done = subprocess.run([mugai, 'rules', 'check', path], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    lines = done.stdout.splitlines()
    odd = [line for line in lines if ': warning: ' in line and
           (' is not installed' not in line or built & set(line.replace(',', ' ').split()))]
    good = done.returncode == 0 and ' 0 errors' in done.stdout and not odd
    count += 1
    failed += not good
    print('%sok %d - %s' % ('' if good else 'not ', count, name))
    if not good:
        print('\n'.join('# ' + line for line in lines))


with tempfile.TemporaryDirectory() as folder:
    presets = sorted(glob.glob(os.path.join(samples, 'preset-*.yaml')))
    for preset in presets:
        word = os.path.basename(preset)[len('preset-'):-len('.yaml')]
        path = os.path.join(folder, word + '.yaml')
        with open(path, 'w', encoding='utf-8') as file:
            file.write('version: 1\npreset: %s\n' % word)
        check(path, 'preset ' + word)
        check(preset, os.path.basename(preset) + ' as rules of a site')
    with open(os.path.join(folder, 'bad.yaml'), 'w', encoding='utf-8') as file:
        file.write('version: 1\nrules:\n- { name: a, when: { type: html }, do: [text-cleen] }\n')
    done = subprocess.run([mugai, 'rules', 'check', file.name], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    count += 2
    print('%sok %d - a misspelt filter is an error' % ('' if done.returncode else 'not ', count - 1))
    print('%sok %d - three presets' % ('' if len(presets) >= 3 else 'not ', count))
    failed += (not done.returncode) + (len(presets) < 3)
for site in ('town', 'city', 'cloud'):
    check(os.path.join(samples, site + '.yaml'), 'sample of a %s' % site)
expectations = sorted(glob.glob(os.path.join(samples, 'tests', '*.yaml')))
for path in expectations:
    done = subprocess.run([mugai, 'rules', 'test', path], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, timeout=300)
    without = done.returncode == 2 and 'sandbox' in done.stdout and not os.environ.get('MUGAI_SANDBOX_MUST_WORK')
    count += 1
    failed += done.returncode != 0 and not without
    print('%sok %d - what is expected of %s%s' % ('' if done.returncode == 0 or without else 'not ', count, os.path.basename(path), ' # SKIP no sandbox' if without else ''))
    if done.returncode != 0:
        print('\n'.join('# ' + line for line in done.stdout.splitlines()))
count += 1
failed += len(expectations) < 6
print('%sok %d - expectations for each preset and each sample' % ('' if len(expectations) >= 6 else 'not ', count))
print('1..%d' % count)
sys.exit(failed > 0)
