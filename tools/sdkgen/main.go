// Command sdkgen generates the SDKs from the package schema, with Pulumi's own generators.
//
//	sdkgen schema.json folder
//
// writes the folders python, nodejs and go into the folder. It needs no network.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"

	gogen "github.com/pulumi/pulumi/pkg/v3/codegen/go"
	"github.com/pulumi/pulumi/pkg/v3/codegen/nodejs"
	"github.com/pulumi/pulumi/pkg/v3/codegen/python"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
)

const tool = "pulumi-sendblue"

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: sdkgen schema.json folder")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "sdkgen:", err)
		os.Exit(1)
	}
}

func run(schemaFile, folder string) error {
	spec, err := read(schemaFile)
	if err != nil {
		return fmt.Errorf("%s: %w", schemaFile, err)
	}
	loader := schema.NewPluginLoader(nil)
	for language, generate := range map[string]func(*schema.Package) (map[string][]byte, error){
		"python": func(pkg *schema.Package) (map[string][]byte, error) {
			files, err := python.GeneratePackage(tool, pkg, nil, loader)
			if err != nil {
				return nil, err
			}
			onlyPackage(files)
			return files, needNoPlugin(files)
		},
		"nodejs": func(pkg *schema.Package) (map[string][]byte, error) {
			return nodejs.GeneratePackage(tool, pkg, nil, nil, false, loader)
		},
		"go": func(pkg *schema.Package) (map[string][]byte, error) {
			return gogen.GeneratePackage(tool, pkg, nil)
		},
	} {
		// Each generator changes the package that it is given.
		pkg, err := bind(spec, loader)
		if err != nil {
			return fmt.Errorf("%s: %w", schemaFile, err)
		}
		files, err := generate(pkg)
		if err != nil {
			return fmt.Errorf("%s: %w", language, err)
		}
		if err := write(filepath.Join(folder, language), files); err != nil {
			return err
		}
	}
	return nil
}

func read(file string) (spec schema.PackageSpec, err error) {
	opened, err := os.Open(file)
	if err != nil {
		return spec, err
	}
	defer opened.Close()
	decoder := json.NewDecoder(opened)
	decoder.DisallowUnknownFields()
	err = decoder.Decode(&spec)
	return spec, err
}

// bind checks the schema. A warning is an error here: there is somebody to mend it.
func bind(spec schema.PackageSpec, loader schema.Loader) (*schema.Package, error) {
	pkg, diagnostics, err := schema.BindSpec(spec, loader, schema.ValidationOptions{})
	problems := []error{err}
	for _, diagnostic := range diagnostics {
		problems = append(problems, errors.New(strings.TrimSpace(diagnostic.Summary+" "+diagnostic.Detail)))
	}
	return pkg, errors.Join(problems...)
}

// onlyPackage leaves out how the Python package is built: the project's own distribution holds it.
func onlyPackage(files map[string][]byte) {
	for name := range files {
		if !strings.Contains(name, "/") || path.Base(name) == "README.md" {
			delete(files, name)
		}
	}
}

// needNoPlugin tells the Python language host that the package works without its plugin, as its module `dynamic` does.
// Otherwise every run of a program that has the package installed looks for the plugin on the network, and
// `pulumi install` fails. A program that does use the plugin still has it fetched: the engine does so when it meets
// the first resource, which names the version.
func needNoPlugin(files map[string][]byte) error {
	for name, content := range files {
		if path.Base(name) != "pulumi-plugin.json" {
			continue
		}
		var fields map[string]any
		if err := json.Unmarshal(content, &fields); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		fields["resource"] = false
		content, err := json.MarshalIndent(fields, "", "  ")
		files[name] = append(content, '\n')
		return err
	}
	return errors.New("there is no pulumi-plugin.json")
}

func write(folder string, files map[string][]byte) error {
	for name, content := range files {
		file := filepath.Join(folder, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(file, content, 0o644); err != nil {
			return err
		}
	}
	return nil
}
